# A map: its cells are runs, and computing them separately gives the same stream.
grok-sfm phase --modulus 13 --train-frac 0.2,0.6 --beta 0.01:1:3 --seeds 2 >map.gts
for frac in 0.2 0.6; do
    grok-sfm phase --modulus 13 --train-frac $frac --beta 0.01:1:3 --seeds 2 --no-provenance
done | /usr/bin/python3 "$SRC/tests/cli/grok-sfm/read.py" samples samples_bound recovered phase \
    >parts
/usr/bin/python3 "$SRC/tests/cli/grok-sfm/read.py" samples samples_bound recovered phase <map.gts \
    >whole
cmp parts whole
grep -v end whole
