#!/usr/bin/env bash
# llc.sh - does the local learning coefficient fall when a network generalises, and only then?
# in: nothing   out: out/llc/: claims.md, llc.svg, measures/, runs/   2 cores, 8 min a seed
#
# The network of demo.sh, which generalises, and two that never do: without decay, and with a tenth of the
# equations. Fourteen checkpoints of each.
# settings: SEEDS=1 RESULTS=dir, to keep the measures there; JOBS HOSTS MEMORY OUT as in jobs.sh
set -euo pipefail
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/jobs.sh"
settings SEEDS RESULTS -- "$@"
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
    "grok-train --preset demo --weight-decay {2} --train-frac {3} --seed {4} --save $steps -o $dir/runs/{1}.gts" <<<"$rows"
sweep measure "$dir/measures/{1}.gts" "$dir/runs/{1}.gts" \
    "grok-llc -o $dir/measures/{1}.gts $dir/runs/{1}.gts" <<<"$rows"
mapfile -t measures < <(results "$dir/measures/{1}.gts" <<<"$rows")
grok-plot llc -o "$dir/llc.svg" "${measures[@]}"
grok-sync claims -o "$dir/claims.md" "${measures[@]}"
grep X1 "$dir/claims.md"

[ -z "${RESULTS-}" ] || for file in "${measures[@]}"; do
    "$here/publish.sh" "$file" "$RESULTS/$(basename "$file")"
done
