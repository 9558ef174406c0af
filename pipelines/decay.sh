#!/usr/bin/env bash
# decay.sh - does more weight decay make grokking come earlier, and the collapse of the machine too?
# in: nothing   out: out/decay/OP-nSTEPS/: network.md, machine.md, curves.svg, runs/, sfm/
# 2 cores, 8 min
#
# settings: OP=sub DECAYS="0.5 1 2 4" SEEDS="1 2 3" STEPS=8000, and MACHINE_DECAYS="0.001 0.003 0.01
# 0.03" of the singular feature machine; JOBS HOSTS MEMORY OUT as in jobs.sh
set -euo pipefail
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/jobs.sh"
settings OP DECAYS MACHINE_DECAYS SEEDS STEPS -- "$@"

op=${OP:-sub} steps=${STEPS:-8000}
read -ra decays <<<"${DECAYS:-0.5 1 2 4}"
read -ra machine_decays <<<"${MACHINE_DECAYS:-0.001 0.003 0.01 0.03}"
read -ra seeds <<<"${SEEDS:-1 2 3}"
dir=${OUT:-out}/decay/$op-n$steps
networks=$(parallel -k echo ::: "${decays[@]}" ::: "${seeds[@]}")
machines=$(parallel -k echo ::: "${machine_decays[@]}" ::: "${seeds[@]}")

# The network: only its accuracies are wanted, so no checkpoints.  It stops once it has generalised.
sweep train "$dir/runs/wd{1}-s{2}.gts" '' \
    "grok-train --preset demo --op $op --weight-decay {1} --seed {2} --steps $steps --save none \
        --stop-acc 0.99 --stop-after 500 -o $dir/runs/wd{1}-s{2}.gts" <<<"$networks"
mapfile -t files < <(results "$dir/runs/wd{1}-s{2}.gts" <<<"$networks")
lags "$dir/network.md" --quantity train.train_acc "${files[@]}"
grok-sync phases --quantity 'train.*_acc' --format tsv -o "$dir/network.tsv" "${files[@]}"
grok-plot curves -o "$dir/curves.svg" "${files[@]}"

# The machine: the same question to the model in which it can be derived.
sweep machine "$dir/sfm/wd{1}-s{2}.gts" '' \
    "grok-sfm --op $op --schedule decay --beta 0.01 --weight-decay {1} --seed {2} --steps 3000 --record log \
        --save none -o $dir/sfm/wd{1}-s{2}.gts" <<<"$machines"
mapfile -t files < <(results "$dir/sfm/wd{1}-s{2}.gts" <<<"$machines")
lags "$dir/machine.md" --against sfm.support --quantity sfm.test_loss "${files[@]}"

# The step of generalisation against decay: the rows of the reference.
echo "network: half-way step of test accuracy"
grep -E "^###|^\| train.test_acc" "$dir/network.md" || cat "$dir/network.md"
echo
echo "machine: half-way step of its support"
grep -E "^###|^\| sfm.support" "$dir/machine.md" || cat "$dir/machine.md"
