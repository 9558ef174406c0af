#!/usr/bin/env bash
# figures.sh - the pictures of the README, from real runs
# in: nothing   out: pipelines/figures/*.png   2 cores: 2 min; with DEEP=1 also the deep run's, half an hour more
set -euo pipefail
case ${1-} in -h | --help) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0" && exit ;; esac

out=${OUT:-out}/figures
pictures=$(dirname "$0")/figures
mkdir -p "$out"

# One run of subtraction, measured in every way.
grok-train --preset demo |
    grok-spectrum -t |
    grok-bdm -t --null 10 |
    grok-cma -o "$out/demo.gts"
grok-plot dashboard -o "$pictures/dashboard.png" "$out/demo.gts"
grok-plot spectrum -o "$pictures/spectrum.png" "$out/demo.gts"
grok-plot ring -o "$pictures/ring.png" "$out/demo.gts"

# The singular feature machine collapses onto the diagonal.
grok-sfm --split lcg --train-count 4704 --save 1,50,100,120,136,1000 -o "$out/sfm.gts"
grok-plot sfm -o "$pictures/sfm.png" "$out/sfm.gts"

# 24 layers: which heads work, which layers can be spared; memorised, half-way, grokked, at the end.
if [ -n "${DEEP-}" ]; then
    grok-train --layers 24 --train-frac 0.4 --lr 5e-4 --steps 16000 --eval-every 100 --save log:10,every:1k \
        --seed 3 --state "$out/deep.state" --resume -o "$out/deep.gts"
    grok-ckpt select --step 3k,9k,10k,16k "$out/deep.gts" |
        grok-cma --skip each -o "$out/heads.gts"
    grok-plot heads -o "$pictures/heads.png" "$out/heads.gts"
    grok-plot skip -o "$pictures/skip.png" "$out/heads.gts"
fi
