#!/usr/bin/env bash
# sfm.sh - which of the paper's claims about the singular feature machine hold?
# in: nothing
# out: out/sfm/pP/: claims.md, sync.md, crossover.tsv, *.svg, runs/, phase/   2 cores, 5 min
#
# The runs that the paper's claims are about; trajectories under every schedule of the gate; the
# number of samples from which the compact solution has the lower free energy; the share of seeds
# that recover the function, by fraction of the data and beta, the price of a feature.
# settings: P=97 SEEDS="1 2 3" FRACTIONS=0.05:0.95:19 BETAS="0.001 0.002 0.005 0.01 0.02 0.05 0.1
# 0.2 0.5 1" RESULTS=dir, to keep the runs of the claims there; JOBS HOSTS MEMORY OUT as in jobs.sh
set -euo pipefail
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/jobs.sh"
settings P SEEDS FRACTIONS BETAS RESULTS -- "$@"

p=${P:-97} fractions=${FRACTIONS:-0.05:0.95:19}
read -ra betas <<<"${BETAS:-0.001 0.002 0.005 0.01 0.02 0.05 0.1 0.2 0.5 1}"
read -ra seeds <<<"${SEEDS:-1 2 3}"
dir=${OUT:-out}/sfm/p$p
# operation, schedule of the gate, price of a feature, seed
each=$(parallel -k --colsep ' ' echo ::: add sub mul div ::: 'ramp 0.1' 'decay 0.01' 'neff 0.1' \
    ::: "${seeds[@]}")

# What the claims are about: with a price of features and without one; with discrete logarithms and
# without; n* of each modulus that deep.sh trains a network on.  The first keeps its weights at the
# paper's four moments.
claims() {
    local op beta modulus how
    grok-sfm --op sub --modulus "$p" --target random --schedule decay --beta 0.01 --steps 3000 \
        --record log \
        --save 1,100,300,3000
    for op in add sub mul div; do
        for beta in 0.1 0; do
            grok-sfm --op $op --modulus "$p" --target random --beta $beta --record log --save none
        done
    done
    for op in mul div; do
        for how in '' --no-dlog; do
            grok-sfm --op $op --modulus "$p" --target random $how --schedule decay --beta 0.01 \
                --steps 3000 \
                --record log --save none
        done
    done
    for modulus in 31 43 53 61 73 83 97 109 127; do
        grok-sfm crossover --modulus $modulus
    done
}
mkdir -p "$dir"
claims | zstd -dc | zstd -q --ultra -22 -o "$dir/claims.gts" -f
grok-sync claims -o "$dir/claims.md" "$dir/claims.gts"
[ -z "${RESULTS-}" ] || { mkdir -p "$RESULTS" && cp "$dir/claims.gts" "$RESULTS/machine.gts"; }

# Trajectories: every operation under every schedule of the gate.
sweep runs "$dir/runs/{1}-{2}-s{4}.gts" '' \
    "grok-sfm --op {1} --modulus $p --schedule {2} --beta {3} --seed {4} --steps 3000 --record log \
        -o $dir/runs/{1}-{2}-s{4}.gts" <<<"$each"
mapfile -t files < <(results "$dir/runs/{1}-{2}-s{4}.gts" <<<"$each")
lags "$dir/sync.md" --against sfm.test_loss \
    --quantity 'sfm.*_loss,sfm.*_acc,sfm.support,sfm.complexity' "${files[@]}"
for op in add mul; do
    grok-plot sfm -o "$dir/$op.svg" "$dir/runs/$op-decay-s${seeds[0]}.gts"
done

# Multiplication without discrete logarithms: nothing to find.
grok-sfm --op mul --modulus "$p" --schedule decay --beta 0.01 --no-dlog --steps 3000 \
    --record log -o "$dir/mul-no-dlog.gts"

# How many samples make the compact hypothesis win, and on which side.
grok-sfm crossover --modulus "$p" --format tsv -o "$dir/crossover.tsv"

# Where it recovers the function, over the share of equations seen and the price of a feature.
phase="$dir/phase/f$fractions-n${#seeds[@]}-b{1}.gts"
prices=$(printf '%s\n' "${betas[@]}")
sweep phase "$phase" '' \
    "grok-sfm phase --modulus $p --train-frac $fractions --beta {1} --seeds ${#seeds[@]} -o $phase" \
    <<<"$prices"
mapfile -t phases < <(results "$phase" <<<"$prices")
grok-plot sfm -o "$dir/phase.svg" "${phases[@]}"

cat "$dir/sync.md"
echo
cat "$dir/crossover.tsv"
