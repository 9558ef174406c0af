#!/usr/bin/env bash
# The same coefficient by grok-llc and by devinterp 1.3 on PyTorch: same checkpoint, potential,
# sampler and number of gradients, one thread each.  PYTHON names an interpreter that has torch,
# devinterp, safetensors and, optionally, transformers; without one nothing is compared.  Prints
# both estimates, their distance in standard errors, and how many times faster grok-llc is, by CPU
# time: its whole process against their sampling alone.  SHAPES: lines of LAYERS WIDTH STEPS
# FRACTION CHAINS BURN DRAWS.
python=${PYTHON:-python3}
"$python" -W ignore -c 'import torch, devinterp, safetensors' 2>/dev/null || {
    echo "llc_devinterp: $python has no torch, devinterp or safetensors; set PYTHON"
    exit 0
}
rivals=lean
"$python" -W ignore -c 'from transformers import GPT2LMHeadModel' >/dev/null 2>&1 &&
    rivals="lean transformers"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export OMP_NUM_THREADS=1
gamma=1e5 epsilon=1e-6 # the step's error, some 3 %, is the same for both; so lambda is not refused here

compare() {
    local layers=$1 width=$2 steps=$3 fraction=$4 chains=$5 burn=$6 draws=$7 rival ours
    cd "$work" || exit 1
    rm -rf model ./*.gts
    grok-train --preset demo --layers "$layers" --width "$width" --steps "$steps" \
        --train-frac "$fraction" -q \
        --save "$steps" -o run.gts
    grok-ckpt export --to safetensors model --step last run.gts
    grok-ckpt get data.split run.gts --npy >split.npy
    ours=$( (time -p grok-llc --coordinates absolute --sampler sgld \
        --step-size "$epsilon" --gamma "$gamma" --chains "$chains" \
        --burn-in "$burn" --draws "$draws" --threads 1 --step last -q run.gts -o ours.gts) 2>&1 |
        awk '$1 == "user" || $1 == "sys" { s += $2 } END { print s }')
    read -r lambda se nbeta temperature < <(grok-ckpt table --long ours.gts |
        awk -F '\t' '{ x[$5] = $6 } END {
            print x["llc.nbeta"] * (x["llc.mean_loss"] - x["llc.loss"]), x["llc.se"], x["llc.nbeta"],
                x["llc.temperature"]
        }')
    printf '%s x %s, %s gradients: grok-llc %.4g +- %.2g (T %.4f), %.2f s' "$layers" "$width" \
        $((chains * (burn + draws))) "$lambda" "$se" "$temperature" "$ours"
    for rival in $rivals; do
        "$python" -W ignore "$SRC/tests/bench/llc_devinterp.py" "$rival" model split.npy sub \
            "$epsilon" "$gamma" "$nbeta" "$chains" "$burn" "$draws" 2>/dev/null |
            awk -v rival="$rival" -v lambda="$lambda" -v se="$se" -v ours="$ours" '{
                apart = lambda - $1
                apart = (apart < 0 ? -apart : apart) / sqrt(se * se + $2 * $2)
                printf "; %s %.4g +- %.2g, %.1f errors apart, %.2f s, %.1f times", rival, $1, $2, apart, $3, $3 / ours
            }'
    done
    echo
}

while read -r shape; do
    # shellcheck disable=SC2086
    compare $shape
done <<<"${SHAPES:-1 64 500 0.3 4 100 150
2 128 500 0.5 4 60 60}"
