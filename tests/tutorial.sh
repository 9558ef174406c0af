# The tutorial of grok.7, from nothing to Table 1: its ten commands as they are there, one after the
# other in one directory.  Only the networks are smaller, a modulus of 23 and 200 steps, of which
# five in six generalise; half would be enough for lags.
. "$SRC/tests/manual.bash"
smaller grok-train --modulus 23 --train-frac 0.9 --steps 200 --batch full --lr 0.005 \
    --weight-decay 2 --eval-every 10
commands grok.7 TUTORIAL
run_commands
head -n 3 table1.md | cut -d '|' -f 2-6 | sed -E '3s/(-|[0-9.]+( ± [0-9.]+)?)( \([0-9/]+\))?/_/g'
rows='train.train_acc|train.test_acc|spectrum.gini|spectrum.ipr|spectrum.pca1|bdm.bits|cma.mean_abs|step'
grep -oE "^\| ($rows) " table1.md
find measures -name '*.gts' | wc -l
for picture in ring complexity heads; do grep -c '</svg>' $picture.svg; done
