#!/usr/bin/env bash
# paper.sh - the whole of "Grokking: From Abstraction to Intelligence" (arXiv 2603.29262)
# in: nothing   out: out/paper/SCALE/: report.html, tables/, figures/, runs/, measures/, sfm/
#
# Four operations, five seeds, every analysis, every figure; do the collapses coincide with
# generalisation, as the paper says?  SCALE chooses the network:
#   small    1 layer, width 64: groks within 4000 steps                       2 cores, 15 min
#   medium   12 layers, width 64: groks late or not at all, see README.md      2 cores, a night
#   paper    48 layers, width 512, 100k steps, as in the paper                 a cluster, weeks
# settings: SCALE=small OPS="add sub mul div" SEEDS="1 2 3 4 5" STEPS=; JOBS HOSTS MEMORY OUT as in
# jobs.sh.  Killed and run again it goes on, and ends with the same results.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/jobs.sh"
settings SCALE OPS SEEDS STEPS -- "$@"

scale=${SCALE:-small}
read -ra ops <<<"${OPS:-add sub mul div}"
read -ra seeds <<<"${SEEDS:-1 2 3 4 5}"
case $scale in
small)
    model="--preset demo" steps=4000 save=log:10,every:100
    skip=each pairs=128
    ;;
medium)
    model="--preset demo --layers 12 --train-frac 0.4 --init-scale 0.02 --lr 5e-4"
    steps=20000 save=log:10,every:500
    skip=thirds,each pairs=256
    ;;
paper)
    model="--preset paper" steps=100000 save=100,1k,10k,100k
    skip=thirds,each pairs=256 MEMORY=${MEMORY:-8G}
    ;;
*)
    echo "$0: SCALE is small, medium or paper, not '$scale'" >&2
    exit 2
    ;;
esac
steps=${STEPS:-$steps}
dir=${OUT:-out}/paper/$scale-n$steps
mkdir -p "$dir/tables"

each() { # every operation with every seed
    parallel echo ::: "${ops[@]}" ::: "${seeds[@]}"
}

# 1. Train.  A killed run resumes from its state, bit for bit.
each | sweep train "$dir/runs/{1}-s{2}.gts" '' \
    "grok-train $model --op {1} --seed {2} --steps $steps --save $save \
        --state $dir/runs/{1}-s{2}.state --resume -o $dir/runs/{1}-s{2}.gts &&
        rm $dir/runs/{1}-s{2}.state"

# 2. Measure every checkpoint: spectrum and function, complexity, heads and layers, in one pass.
each | sweep measure "$dir/measures/{1}-s{2}.gts" "$dir/runs/{1}-s{2}.gts" \
    "set -o pipefail; grok-spectrum -t --progress-measures $dir/runs/{1}-s{2}.gts | grok-bdm -t |
        grok-cma --pairs $pairs --skip $skip -o $dir/measures/{1}-s{2}.gts"

# 3. The singular feature machine on the same operations, with a gate that closes as weights decay.
each | sweep sfm "$dir/sfm/{1}-s{2}.gts" '' \
    "grok-sfm --op {1} --seed {2} --schedule decay --beta 0.01 --steps 3000 --record log \
        -o $dir/sfm/{1}-s{2}.gts"

mapfile -t measures < <(each | results "$dir/measures/{1}-s{2}.gts")
mapfile -t machines < <(each | results "$dir/sfm/{1}-s{2}.gts")

# 4. The tables: the paper's phases, and whether the changes coincide, for each operation.
grok-sync phases -o "$dir/tables/phases.md" "${measures[@]}"
grok-sync -o "$dir/tables/sync.md" "${measures[@]}"
grok-sync --format tsv -o "$dir/tables/sync.tsv" "${measures[@]}"
grok-sync --pool -o "$dir/tables/sync-all.md" "${measures[@]}"
grok-sync phases --quantity 'train.test_acc,cma.acc skip * test' \
    -o "$dir/tables/skip.md" "${measures[@]}"
grok-sync --against sfm.test_loss --quantity 'sfm.*_loss,sfm.*_acc,sfm.support,sfm.complexity' -o "$dir/tables/sfm.md" "${machines[@]}"

# 5. The figures: with a band over the seeds, or of the first seed where there can be none.
mkdir -p "$dir/figures"
for op in "${ops[@]}"; do
    all=$(printf "$dir/measures/$op-s%s.gts " "${seeds[@]}")
    for kind in curves complexity dashboard; do
        echo "grok-plot $kind -o $dir/figures/$op-$kind.svg $all"
    done
    for kind in spectrum ring heads skip; do
        echo "grok-plot $kind -o $dir/figures/$op-$kind.svg $dir/measures/$op-s${seeds[0]}.gts"
    done
    echo "grok-plot sfm -o $dir/figures/$op-sfm.svg $dir/sfm/$op-s${seeds[0]}.gts"
done | parallel --halt now,fail=1
grok-plot report -o "$dir/report.html" "${measures[@]}" "${machines[@]}"

cat "$dir/tables/sync-all.md"
echo
echo "tables: $dir/tables   figures: $dir/figures   report: $dir/report.html"
