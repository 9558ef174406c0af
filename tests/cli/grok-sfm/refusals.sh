# Impossible settings: one sentence, the right status, no output.
try() { grok-sfm "$@" >printed 2>said || echo "$?: $(head -n 1 said)"; [ ! -s printed ] ||
    echo "wrote: $*"; }
try --op mul --modulus 30
try --modulus 30
try --modulus 2
try --modulus 97.5
try --train-count 9410
try --train-frac 0.0001
try --train-frac 1.5
try --op pow
try --target qr --character 97 --modulus 5000
try --target character --character 31 --modulus 31
try --weight-decay 0.1
try --save sometimes
try --beta nan
try crossover --epsilon 0
try phase --train-frac 0:1:5
try phase --train-frac 0.1:0.9
try phase --beta 1,2,x
try phase --beta 1:2:3,4
try phase --train-frac 2
try phase --steps 1e10
# A step that is too large is a result: a warning, a whole stream, status 0.
grok-sfm --modulus 31 --train-frac 0.2 --step-size 1 --beta 0 --steps 2000 --save none \
    --record log 2>said |
    /usr/bin/python3 "$SRC/tests/cli/grok-sfm/read.py" | tail -n 1
cat said
# A full disk
grok-sfm --modulus 31 -o /dev/full 2>said || echo "$?: $(cat said)"
