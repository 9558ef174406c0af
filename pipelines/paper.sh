#!/usr/bin/env bash
# paper.sh - the whole of "Grokking: From Abstraction to Intelligence" (arXiv 2603.29262)
# in: nothing
# out: out/paper/SCALE[-pP][-nSTEPS]/: report.html, tables/, figures/, runs/, measures/, sfm/
#
# Four operations, five seeds, every analysis, every figure: does the collapse of each measure
# coincide with generalisation, as the paper says?  SCALE chooses the network:
#   small    1 layer, width 64: groks within 4000 steps                  2 cores, 5 min, 0.4 GB of disk
#   medium   48 layers of width 64, grok-train's preset deep                  2 cores, weeks, 60 GB
#   paper    48 layers, width 512, 100k steps, as in the paper                a cluster, weeks, 60 GB
# settings: SCALE=small OPS="add sub mul div" SEEDS="1 2 3 4 5" P=97 STEPS=; JOBS HOSTS MEMORY OUT
# as in jobs.sh.  When killed, run it again to continue; the results are the same.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/jobs.sh"
settings SCALE OPS SEEDS P STEPS -- "$@"

scale=${SCALE:-small} spectrum=
read -ra ops <<<"${OPS:-add sub mul div}"
read -ra seeds <<<"${SEEDS:-1 2 3 4 5}"
case $scale in
small)
    model="--preset demo" steps=${STEPS:-4000} save=log:10,every:200
    cma="--pairs 128 --skip each --part attn,block"
    spectrum="--null 0" # shuffles of every checkpoint would cost more than all else
    ;;
medium)
    # As many steps as the preset has.
    model="--preset deep" steps=${STEPS-} save=log:10,every:5k
    cma="--skip thirds,each --part attn,mlp,block --null 12 --sample 600"
    ;;
paper)
    model="--preset paper" steps=${STEPS:-100000} save=100,1k,10k,100k
    cma="--skip thirds,each --part attn,mlp,block --null 12 --sample 600" MEMORY=${MEMORY:-8G}
    ;;
*)
    echo "$0: SCALE is small, medium or paper, not '$scale'" >&2
    exit 2
    ;;
esac
model+="${P:+ --modulus $P}${steps:+ --steps $steps}"
dir=${OUT:-out}/paper/$scale${P:+-p$P}${steps:+-n$steps}
mkdir -p "$dir/tables"

each=$(parallel -k echo ::: "${ops[@]}" ::: "${seeds[@]}") # every operation with every seed

# 1. Train.  A killed run resumes from its state, bit for bit.
sweep train "$dir/runs/{1}-s{2}.gts" '' \
    "grok-train $model --op {1} --seed {2} --save $save \
        --state $dir/runs/{1}-s{2}.state --resume -o $dir/runs/{1}-s{2}.gts &&
        rm $dir/runs/{1}-s{2}.state" <<<"$each"

# 2. Measure every checkpoint: spectrum and function, complexity, heads and layers, in one pass.
sweep measure "$dir/measures/{1}-s{2}.gts" "$dir/runs/{1}-s{2}.gts" \
    "set -o pipefail; grok-spectrum -t --progress-measures --topology $spectrum --singular '*' $dir/runs/{1}-s{2}.gts |
        grok-bdm -t --null 5 --variants 2x4,8x4,4x3 | grok-cma $cma -o $dir/measures/{1}-s{2}.gts" <<<"$each"

# 3. The singular feature machine on the same operations, with a gate that closes as weights decay.
sweep sfm "$dir/sfm/{1}-s{2}.gts" '' \
    "grok-sfm --op {1}${P:+ --modulus $P} --seed {2} --schedule decay --beta 0.01 --steps 3000 --record log \
        -o $dir/sfm/{1}-s{2}.gts" <<<"$each"

mapfile -t measures < <(results "$dir/measures/{1}-s{2}.gts" <<<"$each")
mapfile -t machines < <(results "$dir/sfm/{1}-s{2}.gts" <<<"$each")

# 4. The tables: the paper's phases, and whether the changes coincide, for each operation.
grok-sync phases -o "$dir/tables/phases.md" "${measures[@]}"
lags "$dir/tables/sync.md" "${measures[@]}"
lags "$dir/tables/sync.tsv" --format tsv "${measures[@]}"
lags "$dir/tables/sync-all.md" --pool "${measures[@]}"
# Accuracy without thirds of the network, beside random sets of as many layers; without each layer
# alone.
skipped='skip *-* * test'
grok-sync phases -o "$dir/tables/skip.md" \
    --quantity "train.test_acc,cma.acc $skipped,cma.acc_null* $skipped,cma.acc_rank $skipped" \
    "${measures[@]}"
grok-sync phases -o "$dir/tables/skip-each.md" \
    --quantity 'train.test_acc,cma.acc skip [0-9] * test,cma.acc skip [0-9][0-9] * test' \
    "${measures[@]}"
lags "$dir/tables/sfm.md" --against sfm.test_loss \
    --quantity 'sfm.*_loss,sfm.*_acc,sfm.support,sfm.complexity' "${machines[@]}"

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
# 6. A verdict on each of the paper's claims.
"$(dirname "$0")/claims.sh" FROM="$dir/measures $dir/sfm" OUT="$dir/tables" >/dev/null
grok-plot report -o "$dir/report.html" "${measures[@]}" "${machines[@]}"

cat "$dir/tables/sync-all.md" "$dir/tables/claims.md"
echo
echo "tables: $dir/tables   figures: $dir/figures   report: $dir/report.html"
