#!/usr/bin/env bash
# seeds.sh - how much do results depend on the seed?
# in: nothing   out: out/seeds/OP-pP/: runs/, curves.svg, sync.md, phases.md   2 cores, 1.5 min
#
# settings: OP=add P=97 SEEDS="1 2 3 4 5" STEPS=4000; JOBS HOSTS MEMORY OUT as in jobs.sh
set -euo pipefail
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/jobs.sh"
settings OP P SEEDS STEPS -- "$@"

op=${OP:-add} p=${P:-97} steps=${STEPS:-4000}
read -ra seeds <<<"${SEEDS:-1 2 3 4 5}"
dir=${OUT:-out}/seeds/$op-p$p-n$steps

# One run a core; checkpoints dense enough to see what changes when.
sweep train "$dir/runs/s{1}.gts" '' \
    "grok-train --preset demo --op $op --modulus $p --steps $steps --seed {1} \
        --save log:10,every:100 $(resumable "$dir/runs/s{1}")" <<<"$(printf '%s\n' "${seeds[@]}")"

# Measured one after the other as one stream; the order of the seeds is that of the list.
mapfile -t runs < <(printf "$dir/runs/s%s.gts\n" "${seeds[@]}")
cat "${runs[@]}" | grok-spectrum -o "$dir/measures.gts"
grok-plot curves -o "$dir/curves.svg" "$dir/measures.gts"
lags "$dir/sync.md" "$dir/measures.gts"
grok-sync phases -o "$dir/phases.md" "$dir/measures.gts"
cat "$dir/phases.md"
echo
cat "$dir/sync.md"
echo
echo "curves: $dir/curves.svg   runs: $dir/runs"
