#!/usr/bin/env bash
# deep.sh - are the paper's results reproduced at its depth and number of steps?
# in: nothing
# out: out/deep/: runs/, measures/, claims.md; with RESULTS=dir also small streams to publish
# A run of 100,000 steps takes 3 to 10 hours of one core with 48 layers, 20 minutes with two.  All
# sets take weeks.
#
# SETS chooses the runs, in this order:
#   deep     48 layers of width 64, 100k steps: sub with seeds 0 1 2, add, mul, div with seed 0
#   decay    the same without weight decay
#   depth    12 and 24 layers
#   random   labels drawn at random, two layers
#   two      two layers of width 128: four operations, seeds 0 1 2, decay 1; sub with decay 0
#            and 0.1
#   primes   nine moduli from 31 to 127, two layers, seeds 0 1 2, up to 99 % test accuracy; not
#            measured
#   sweeps   learning rate, warm-up and batch, two layers, likewise
# settings: SETS="deep" RESULTS=; JOBS HOSTS MEMORY OUT as in jobs.sh.  When killed, run it again to
# continue.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/jobs.sh"
settings SETS RESULTS -- "$@"
here=$(dirname "$0")
dir=${OUT:-out}/deep
mkdir -p "$dir"

# NAME LAYERS WIDTH HEADS SCHEDULE STEPS OP SEED DECAY LABELS MODULUS LR WARMUP BATCH STOP EVERY
deep="48 64 8 cosine 100000" two="2 128 4 constant"
plain="true 97 1e-3 1000 512 0 100"
rows() {
    local set seed op p
    for set in ${SETS:-deep}; do
        case $set in
        deep)
            for seed in 0 1 2; do echo "deep-sub-s$seed $deep sub $seed 1 $plain"; done
            for op in add mul div; do echo "deep-$op-s0 $deep $op 0 1 $plain"; done
            ;;
        decay) echo "deep-sub-s0-decay0 $deep sub 0 0 $plain" ;;
        depth)
            for p in 12 24; do echo "deep$p-sub-s0 $p 64 8 cosine 100000 sub 0 1 $plain"; done
            ;;
        random)
            for seed in 0 1; do
                echo "two-sub-s$seed-random $two 8000 sub $seed 1 random 97 1e-3 1000 512 0 100"
            done
            ;;
        two)
            for op in sub add mul div; do
                for seed in 0 1 2; do echo "two-$op-s$seed $two 8000 $op $seed 1 $plain"; done
            done
            for seed in 0 1 2; do
                echo "two-sub-s$seed-decay0 $two 15000 sub $seed 0 $plain"
                echo "two-sub-s$seed-decay0.1 $two 15000 sub $seed 0.1 $plain"
            done
            ;;
        primes)
            for p in 31 43 53 61 73 83 97 109 127; do
                for seed in 0 1 2; do
                    echo "two-sub-p$p-s$seed $two 8000 sub $seed 1 true $p 1e-3 1000 512 .99 50"
                done
            done
            ;;
        sweeps)
            for p in 3e-4 3e-3; do
                echo "two-sub-s0-lr$p $two 8000 sub 0 1 true 97 $p 1000 512 .99 50"
            done
            for p in 0 500 5000; do
                echo "two-sub-s0-warmup$p $two 8000 sub 0 1 true 97 1e-3 $p 512 .99 50"
            done
            for p in 128 2048; do
                echo "two-sub-s0-batch$p $two 8000 sub 0 1 true 97 1e-3 1000 $p .99 50"
            done
            ;;
        *) echo "$0: SETS has no '$set'" >&2 && return 2 ;;
        esac
    done
}
rows >"$dir/rows"

# 1. Train; checkpoints close together where things change.
sweep train "$dir/runs/{1}.gts" '' \
    "grok-train --preset deep --layers {2} --width {3} --heads {4} --schedule {5} --steps {6} \
        --op {7} --seed {8} --weight-decay {9} --labels {10} --modulus {11} --lr {12} \
        --warmup {13} --batch {14} --stop-acc {15} --stop-after 200 --eval-every {16} \
        --save 0,100,500,1k,1500,2k,2500,3k,3500,4k,5k,6k,8k,10k,15k,20k,30k,40k,60k,80k,100k \
        $(resumable "$dir/runs/{1}")" <"$dir/rows"

# 2. Measure every checkpoint in every way; of runs that stop when they generalise, what training
# measured is enough.
sweep measure "$dir/measures/{1}.gts" "$dir/runs/{1}.gts" \
    "if [ {15} = 0 ]; then '$here/measure.sh' $dir/runs/{1}.gts $dir/measures/{1}.gts; else
        grok-ckpt select --kind head,metrics,end $dir/runs/{1}.gts >$dir/measures/{1}.gts; fi" \
    <"$dir/rows"

mapfile -t measures < <(results "$dir/measures/{1}.gts" <"$dir/rows")
"$here/claims.sh" FROM="$dir/measures" OUT="$dir"

# 3. Metrics and the maps of heads, in a megabyte at most, for those who do not train for weeks.
[ -z "${RESULTS-}" ] || for file in "${measures[@]}"; do
    "$here/publish.sh" "$file" "$RESULTS/$(basename "$file")"
done
