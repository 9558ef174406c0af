# sourced: run.gts, a small network before and after it learns a - b and a + b modulo 13
grok-train --op sub,add --modulus 13 --layers 2 --width 16 --heads 2 --steps 120 --batch full --lr 1e-2 \
    --train-frac 0.6 --save 0,120 --eval-every 60 -o run.gts 2>/dev/null
