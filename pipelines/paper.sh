#!/usr/bin/env bash
# paper.sh - the whole of "Grokking: From Abstraction to Intelligence" (arXiv 2603.29262)
# in: nothing
# out: out/paper/SCALE[-pP][-nSTEPS]/: report.html, tables/, figures/, runs/, measures/, sfm/
#
# Four operations, five seeds, every analysis, every figure: does the collapse of each measure
# coincide with generalisation, as the paper says?  SCALE chooses the network:
#   small    1 layer, width 64: groks within 4000 steps                  2 cores, 5 min, 0.4 GB
#   medium   48 layers of width 64, grok-train's preset deep                  2 cores, weeks, 60 GB
#   paper    48 layers, width 512, 100k steps, as in the paper                a cluster, weeks, 200 GB
# CONTROLS chooses the paper's controls, runs of one operation (sub, or the first of OPS):
#   decay    weight decay 0 and 0.1, three seeds
#   labels   labels drawn at random
#   sweeps   learning rate, warm-up and batch
#   moduli   two others, three seeds (small), or the nine from 31 to 127
# settings: SCALE=small OPS="add sub mul div" SEEDS="1 2 3 4 5", or as the paper 0 to 4 at larger
# scales; P=97 STEPS= CONTROLS="decay labels sweeps", and moduli at the small scale unless P is
# given; JOBS HOSTS MEMORY OUT as in jobs.sh.  When killed, run it again to continue; the results
# are the same.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/jobs.sh"
settings SCALE OPS SEEDS P STEPS CONTROLS -- "$@"

scale=${SCALE:-small} spectrum=
read -ra ops <<<"${OPS:-add sub mul div}"
case $scale in
small)
    model="--preset demo" steps=${STEPS:-4000} save=log:10,every:200
    cma="--pairs 128 --skip each --part attn,block"
    spectrum="--null 0" # shuffles of every checkpoint would cost more than all else
    ;;
medium)
    # As many steps as the preset has.
    model="--preset deep" steps=${STEPS-} save=log:10,every:5k
    cma="--skip thirds,each --part attn,heads,mlp,block --null 12 --sample 600"
    ;;
paper)
    # The paper's checkpoints, 100, 1k, 10k and 100k, are too few to see when a measure changes.
    model="--preset paper" steps=${STEPS:-100000} save=100,500,1k,2k,3k,5k,10k,20k,50k,100k
    cma="--skip thirds,each --part attn,heads,mlp,block --null 12 --sample 600" MEMORY=${MEMORY:-8G}
    ;;
*)
    echo "$0: SCALE is small, medium or paper, not '$scale'" >&2
    exit 2
    ;;
esac
[ "$scale" = small ] || SEEDS=${SEEDS:-0 1 2 3 4} # the paper's
read -ra seeds <<<"${SEEDS:-1 2 3 4 5}"
model+="${P:+ --modulus $P}${steps:+ --steps $steps}"
rates="3e-4 3e-3" warmups="0 500 5000" moduli="31 43 53 61 73 83 97 109 127"
default="decay labels sweeps"
if [ "$scale" = small ]; then
    rates="6e-4 6e-3" warmups="0 500" moduli="79 113"
    [ -n "${P-}" ] || default+=" moduli"
fi
read -ra controls <<<"${CONTROLS-$default}"
dir=${OUT:-out}/paper/$scale${P:+-p$P}${steps:+-n$steps}
mkdir -p "$dir/tables"

each=$(parallel -k echo ::: "${ops[@]}" ::: "${seeds[@]}") # every operation with every seed

# 1. Train.
sweep train "$dir/runs/{1}-s{2}.gts" '' \
    "grok-train $model --op {1} --seed {2} --save $save $(resumable "$dir/runs/{1}-s{2}")" \
    <<<"$each"

# 2. Measure every checkpoint: spectrum and function, complexity, heads and layers, in one pass;
# then the last one: heads at every position and with controls, and windows of layers.
sweep measure "$dir/measures/{1}-s{2}.gts" "$dir/runs/{1}-s{2}.gts" \
    "set -o pipefail; grok-spectrum -t --progress-measures --topology $spectrum --singular '*' \
            --axes $dir/runs/{1}-s{2}.gts $dir/runs/{1}-s{2}.gts |
        grok-bdm -t --null 5 --variants 2x4,8x4,4x3,4x8 |
        grok-cma $cma -o $dir/measures/{1}-s{2}.each &&
        grok-ckpt select --step last $dir/runs/{1}-s{2}.gts |
            grok-cma --pairs 128 --sites heads --positions each --controls --skip none --scan \
                --part heads,attn --sample 600 -o $dir/measures/{1}-s{2}.last &&
        cat $dir/measures/{1}-s{2}.each $dir/measures/{1}-s{2}.last >$dir/measures/{1}-s{2}.part &&
        rm $dir/measures/{1}-s{2}.each $dir/measures/{1}-s{2}.last &&
        mv $dir/measures/{1}-s{2}.part $dir/measures/{1}-s{2}.gts" <<<"$each"

# 3. The singular feature machine on the same operations, with a gate that closes as weights decay.
sweep sfm "$dir/sfm/{1}-s{2}.gts" '' \
    "grok-sfm --op {1}${P:+ --modulus $P} --target random --seed {2} --schedule decay --beta 0.01 \
        --steps 3000 --record log -o $dir/sfm/{1}-s{2}.gts" <<<"$each"

# 4. The controls.  Of sweeps and moduli what training measured is enough; they stop when
# they generalise.
first=${seeds[0]} op=${ops[0]}
[[ " ${ops[*]} " != *" sub "* ]] || op=sub
networks() { # NAME SEED OPTION VALUE SAVE STOP
    local what x seed
    for what in "${controls[@]}"; do
        case $what in
        decay)
            for x in 0 0.1; do
                for seed in "${seeds[@]:0:3}"; do
                    echo "$op-decay$x-s$seed $seed weight-decay $x $save 0"
                done
            done
            ;;
        labels) echo "$op-random-s$first $first labels random $save 0" ;;
        sweeps)
            for x in $rates; do echo "$op-lr$x-s$first $first lr $x none .99"; done
            for x in $warmups; do echo "$op-warmup$x-s$first $first warmup $x none .99"; done
            for x in 128 2048; do echo "$op-batch$x-s$first $first batch $x none .99"; done
            ;;
        moduli)
            for x in $moduli; do
                for seed in "${seeds[@]:0:3}"; do
                    echo "$op-p$x-s$seed $seed modulus $x none .99"
                done
            done
            ;;
        *) echo "$0: CONTROLS has no '$what'" >&2 && return 2 ;;
        esac
    done
}
machines() { # NAME OPERATION BETA OPTION
    local x
    for x in "${ops[@]}"; do
        echo "$x-beta0-s$first $x 0 --init=random"
        [[ $x != mul && $x != div ]] || echo "$x-no-dlog-s$first $x 0.01 --no-dlog"
    done
}
rows=$(networks)
mkdir -p "$dir/controls"
[ -z "$rows" ] || {
    sweep controls "$dir/runs/{1}.gts" '' \
        "grok-train $model --op $op --seed {2} --{3} {4} --save {5} \
            \$([ {6} = 0 ] || echo --stop-acc {6} --stop-after 200) \
            $(resumable "$dir/runs/{1}")" <<<"$rows"
    sweep measure-controls "$dir/controls/{1}.gts" "$dir/runs/{1}.gts" \
        "if [ {5} = none ]; then
                grok-ckpt select --kind head,metrics,end -o $dir/controls/{1}.gts $dir/runs/{1}.gts;
            else set -o pipefail; grok-spectrum -t --null 0 $dir/runs/{1}.gts |
                grok-bdm --null 0 -o $dir/controls/{1}.gts; fi" <<<"$rows"
}
sweep sfm-controls "$dir/sfm/{1}.gts" '' \
    "grok-sfm --op {2}${P:+ --modulus $P} --target random --seed $first --schedule decay \
        --beta {3} {4} --steps 3000 --record log --save none -o $dir/sfm/{1}.gts" <<<"$(machines)"
[[ " ${controls[*]} " == *" moduli "* ]] || moduli=
for p in $moduli ${moduli:+97}; do
    [ -s "$dir/sfm/crossover-p$p.gts" ] ||
        grok-sfm crossover --modulus "$p" -o "$dir/sfm/crossover-p$p.gts"
done

mapfile -t controlled < <([ -z "$rows" ] || results "$dir/controls/{1}.gts" <<<"$rows")
mapfile -t measures < <(results "$dir/measures/{1}-s{2}.gts" <<<"$each")
mapfile -t machines < <(results "$dir/sfm/{1}-s{2}.gts" <<<"$each")
mapfile -t controlled_machines < <(results "$dir/sfm/{1}.gts" <<<"$(machines)")

# 5. The tables: the paper's phases, and whether the changes coincide, for each operation.
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

# 6. The figures: with a band over the seeds, or of the first seed where there can be none.
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
# Then the paper's by name, of all streams, and why there are no others.
"$(dirname "$0")/figures.sh" FROM="$dir/measures $dir/controls $dir/sfm" OUT="$dir/figures" \
    2>&1 >/dev/null | sed "s|$dir/||g" >"$dir/figures/missing.txt" ||
    [ -s "$dir/figures/missing.txt" ]
# 7. A verdict on each of the paper's claims.
"$(dirname "$0")/claims.sh" FROM="$dir/measures $dir/controls $dir/sfm" OUT="$dir/tables" >/dev/null
grok-plot report -o "$dir/report.html" "${measures[@]}" "${controlled[@]}" "${machines[@]}" \
    "${controlled_machines[@]}" ${moduli:+"$dir"/sfm/crossover-*.gts}

cat "$dir/tables/sync-all.md" "$dir/tables/claims.md"
echo
echo "tables: $dir/tables   figures: $dir/figures   report: $dir/report.html"
