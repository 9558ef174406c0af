# sourced: run.gts, a small network before and after it learns a - b and a + b modulo 13
grok-train --op sub,add --modulus 13 --layers 2 --width 16 --heads 2 --steps 240 --batch full --lr 5e-3 \
    --train-frac 0.6 --save 0,240 --eval-every 120 -o run.gts 2>/dev/null
