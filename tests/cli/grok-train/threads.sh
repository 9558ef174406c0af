# shellcheck shell=bash disable=SC2086
# A run is the same bytes with any number of threads: with weight gradients computed on the way (one
# or two threads) or afterwards, in several rounds, with operations that share prefixes, a tied
# head, and blocks too wide for the way.
same() { # NAME OPTIONS
    local name=$1 n
    shift
    for n in 1 2 3 4 7 16; do
        grok-train "$@" --seed 1 --threads $n -q -o $n.gts
    done
    for n in 2 3 4 7 16; do cmp 1.gts $n.gts || return; done
    echo "$name: the same"
}
small="-p 31 --steps 3 --eval-every 1 --save every:1"
same batches $small --layers 2 --width 128 --heads 4 --batch 256 --clip 1
same joint $small --op add,sub --layers 2 --width 32 --heads 4 --batch 256 --tie
same full $small --layers 1 --width 32 --heads 4 --batch full
same deep $small --layers 12 --width 16 --heads 4 --batch 64
same odd $small --layers 2 --width 12 --heads 3 --batch 50 --op mul,div --activation gelu_new
same wide $small --steps 1 --layers 2 --width 272 --heads 4 --mlp 600 --batch 128
