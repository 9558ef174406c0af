#!/usr/bin/env bash
# llc.sh - does the local learning coefficient fall when a network generalises, and only then?
# in: nothing, or DEEP
# out: out/llc/: claims.md, llc.svg, llc-deep.svg, measures/, runs/   2 cores, 8 min a seed
#
# The network of demo.sh, which generalises, and two that never do: one without weight decay, one
# with a tenth of the equations.  Fourteen checkpoints of each.
# DEEP lists streams with the weights of runs of deep.sh, "out/deep/runs/deep-sub-s2.gts ...".  Seven checkpoints of
# each are measured too, with few draws on batches, since a gradient on all equations takes seconds.
# 4 min a run.
# settings: SEEDS=1 DEEP= RESULTS=dir, to keep the measures there; JOBS HOSTS MEMORY OUT as in
# jobs.sh
set -euo pipefail
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/jobs.sh"
settings SEEDS DEEP RESULTS -- "$@"
here=$(dirname "$0")
dir=${OUT:-out}/llc
mkdir -p "$dir"
read -ra seeds <<<"${SEEDS:-1}"

# NAME DECAY FRACTION SEED
rows=$(for seed in "${seeds[@]}"; do
    echo "llc-demo-s$seed 1 0.3 $seed"
    echo "llc-decay0-s$seed 0 0.3 $seed"
    echo "llc-tenth-s$seed 1 0.1 $seed"
done)
steps=32,100,200,316,501,794,1259,1585,1995,2200,2512,3162,4000
sweep train "$dir/runs/{1}.gts" '' \
    "grok-train --preset demo --weight-decay {2} --train-frac {3} --seed {4} --save $steps \
        -o $dir/runs/{1}.gts" <<<"$rows"
sweep measure "$dir/measures/{1}.gts" "$dir/runs/{1}.gts" \
    "grok-llc -o $dir/measures/{1}.gts $dir/runs/{1}.gts" <<<"$rows"
mapfile -t measures < <(results "$dir/measures/{1}.gts" <<<"$rows")
grok-plot llc -o "$dir/llc.svg" "${measures[@]}"

read -ra runs <<<"${DEEP-}"
deep=()
if [ ${#runs[@]} -gt 0 ]; then
    rows=$(for run in "${runs[@]}"; do echo "llc-$(basename "$run" .gts) $run"; done)
    sweep deep "$dir/measures/{1}.gts" '{2}' \
        "grok-llc --sampler baoab --batch 512 --chains 2 --burn-in 60 --draws 40 --step 500,1k,1500,2k,2500,3k,4k \
            -o $dir/measures/{1}.gts {2}" <<<"$rows"
    mapfile -t deep < <(results "$dir/measures/{1}.gts" <<<"$rows")
    grok-plot llc -o "$dir/llc-deep.svg" "${deep[@]}"
fi
grok-sync claims -o "$dir/claims.md" "${measures[@]}" "${deep[@]}"
grep X1 "$dir/claims.md"

[ -z "${RESULTS-}" ] || for file in "${measures[@]}"; do
    "$here/publish.sh" "$file" "$RESULTS/$(basename "$file")"
done
# What training measured of these is published by deep.sh.
[ -z "${RESULTS-}" ] || for file in "${deep[@]}"; do
    grok-ckpt select --kind head,metrics,end --name 'llc.*' \
        -o "$RESULTS/$(basename "$file")" "$file"
done
