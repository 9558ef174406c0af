# shellcheck shell=bash disable=SC2086
# Every bad parameter is refused in one sentence, with status 2, before anything is written.
bad() { code=0; grok-train "$@" >wrote 2>said || code=$?; head -n 1 said
    [ "$code $(stat -c %s wrote)" = "2 0" ] || echo "status $code, $(stat -c %s wrote) bytes"; }
bad --op pow
bad --op add,add
bad --op div -p 91
bad -p 1
bad -p 97x
bad -p 1e9
bad --train-frac 0
bad --train-frac 1.5
bad --train-frac nan
bad --layers 0
bad --width 30 --heads 4
bad --width -4
bad --heads 128
bad --mlp -1
bad --batch 0
bad --batch half
bad --betas 0.9
bad --betas 0.9,1
bad --betas 0.9,0.98,0.99
bad --lr -1
bad --steps 1.5
bad --save sometimes
bad --save none,5
bad --save log:0
bad --save every:0
bad --save 10,,20
bad --decay some
bad --operands most
bad --activation relu
bad --preset best
bad --seed -1
bad --split-seed -2
bad --labels none
bad --schedule linear
bad --schedule cosine --min-lr 3e-3
bad --init xavier
bad --stop-acc 2
# What would change nothing.
bad --min-lr 1e-4
bad --preset paper --schedule constant --min-lr 1e-4
bad --stop-after 100
bad --momentum 0.8
bad --optimizer sgd --betas 0.9,0.99
bad --init torch --init-scale 0.1
bad file.gts
bad --nonsense
