# A stream that is cut or has a flipped bit anywhere is refused by verify, and repaired to a
# complete one
grok-train --modulus 7 --layers 1 --width 8 --heads 2 --steps 2 --save 2 --eval-every 1 \
    --batch full -o run.gts
size=$(stat -c %s run.gts)
whole=$(grok-ckpt ls run.gts | wc -l)
for at in $(seq 1 499 "$size"); do
    head -c "$at" run.gts >cut.gts
    if grok-ckpt verify cut.gts 2>/dev/null; then echo "cut at $at: not seen"; fi
    grok-ckpt repair -q cut.gts -o fixed.gts 2>said ||
        { grep -q 'nothing can be kept' said; continue; }
    grok-ckpt verify fixed.gts
    grok-ckpt diff fixed.gts run.gts >diff.tsv && echo "cut at $at: the same"
    if grep -vE 'only in B|interrupted|^step' diff.tsv; then echo "cut at $at: changed"; fi
done
for at in $(seq 50 997 "$size"); do
    /usr/bin/python3 -c "
import sys
b = bytearray(open('run.gts', 'rb').read()); b[$at] ^= 16; sys.stdout.buffer.write(b)" >flip.gts
    # the first bytes of a frame may turn it into one that is skipped, which the count tells
    if grok-ckpt verify flip.gts 2>/dev/null; then echo "flip at $at: not seen"; fi
    grok-ckpt repair -q flip.gts -o fixed.gts 2>said || continue
    grok-ckpt verify fixed.gts
done
echo "a whole stream stays as it is:"
grok-ckpt repair run.gts | grok-ckpt diff run.gts -
echo "through a pipe, with its sentence:"
head -c "$((size * 2 / 3))" run.gts | grok-ckpt repair -o fixed.gts 2>said
sed "s/run .[^ ]*. as/run ... as/" said
grok-ckpt ls --runs fixed.gts | cut -f 2,4
[ "$(grok-ckpt ls fixed.gts | wc -l)" -lt "$whole" ]
echo "nothing to keep:"
head -c 20 run.gts | grok-ckpt repair 2>&1 -o fixed.gts || echo "status $?"
