#!/usr/bin/env bash
# primes.sh - do results for one modulus hold for others?
# in: nothing   out: out/primes/OP-nSTEPS/: sync.md, phases.md, curves.svg, runs/, measures/
# 2 cores, 8 min
#
# settings: OP=sub PRIMES="59 97 113" SEEDS="1 2 3" STEPS=8000; JOBS HOSTS MEMORY OUT as in jobs.sh
set -euo pipefail
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/jobs.sh"
settings OP PRIMES SEEDS STEPS -- "$@"

op=${OP:-sub} steps=${STEPS:-8000}
read -ra primes <<<"${PRIMES:-59 97 113}"
read -ra seeds <<<"${SEEDS:-1 2 3}"
dir=${OUT:-out}/primes/$op-n$steps
each=$(parallel -k echo ::: "${primes[@]}" ::: "${seeds[@]}")

# A smaller modulus has fewer equations to learn from, so the share of training grows: 59 needs
# 40 %.
sweep train "$dir/runs/p{1}-s{2}.gts" '' \
    "grok-train --preset demo --op $op --modulus {1} --seed {2} --steps $steps \
        --train-frac \$(( {1} < 97 ? 40 : 30 ))e-2 --save log:10,every:200 \
        $(resumable "$dir/runs/p{1}-s{2}")" <<<"$each"
sweep measure "$dir/measures/p{1}-s{2}.gts" "$dir/runs/p{1}-s{2}.gts" \
    "set -o pipefail; grok-spectrum -t $dir/runs/p{1}-s{2}.gts |
        grok-bdm --null 3 -o $dir/measures/p{1}-s{2}.gts" <<<"$each"

mapfile -t files < <(results "$dir/measures/p{1}-s{2}.gts" <<<"$each")
lags "$dir/sync.md" "${files[@]}"
grok-sync phases -o "$dir/phases.md" "${files[@]}"
grok-plot curves -o "$dir/curves.svg" "${files[@]}"
cat "$dir/sync.md"
