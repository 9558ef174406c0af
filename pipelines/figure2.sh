#!/usr/bin/env bash
# figure2.sh - which heads and layers does a deep network still need once it has grokked?
# in: nothing
# out: out/figure2/OP-sSEED-nSTEPS/: heads.svg, skip.md, curves.svg, run.gts, measures.gts
# 2 cores, 25 min
#
# The paper's figure 2 and its table of skipped layers, at its depth of 48 layers and width 64:
# causal mediation of every head at four steps, and test accuracy without the attention heads, the
# MLPs or the whole blocks of each third of the layers, and of as many random layers.  When killed,
# run it again to continue.
# settings: OP=sub SEED=0 STEPS=4000; OUT=out
set -euo pipefail
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/jobs.sh"
settings OP SEED STEPS -- "$@"

op=${OP:-sub} seed=${SEED:-0} steps=${STEPS:-4000}
dir=${OUT:-out}/figure2/$op-s$seed-n$steps
mkdir -p "$dir"
# Memorising, at the turn, grokked, at the end
shown="$((steps / 8)),$((steps / 4)),$((steps / 2)),$steps"

# Train at a constant rate; the first steps of the whole schedule hardly differ.
[ -s "$dir/run.gts" ] ||
    grok-train --preset deep --op "$op" --seed "$seed" --schedule constant --steps "$steps" \
        --save "$shown" \
        --state "$dir/run.state" --resume -o "$dir/run.gts"

# Measure the four checkpoints in every way, in one pass.
[ -s "$dir/measures.gts" ] ||
    grok-ckpt select --step "$shown" "$dir/run.gts" |
    grok-spectrum -t |
        grok-bdm -t --null 5 |
        grok-cma --pairs 128 --skip thirds --part attn,mlp,block --null 12 --sample 600 \
            -o "$dir/measures.gts"

# The maps, and accuracy without each third at each of the steps.
grok-plot heads -o "$dir/heads.svg" "$dir/measures.gts"
grok-plot curves --name 'train.*_acc' -o "$dir/curves.svg" "$dir/run.gts"
grok-sync phases --steps "$shown" -o "$dir/skip.md" \
    --quantity 'cma.acc none test,cma.acc skip *-* test,cma.acc_null skip *-* test' \
    "$dir/measures.gts"
cat "$dir/skip.md"
echo
echo "maps: $dir/heads.svg   table: $dir/skip.md   stream: $dir/run.gts"
