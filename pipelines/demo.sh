#!/usr/bin/env bash
# demo.sh - does a transformer become simpler when it groks?
# in: nothing   out: out/demo/run.gts, its measures and pictures   2 cores, 40 s
#
# One run of (a - b) mod 97: it memorises within 350 steps and generalises a thousand or more steps
# later.
# settings: OP=sub SEED=1 STEPS=4000; OUT=out
set -euo pipefail
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/jobs.sh"
settings OP SEED STEPS -- "$@"

op=${OP:-sub} seed=${SEED:-1} steps=${STEPS:-4000}
out=${OUT:-out}/demo
mkdir -p "$out"

# Train, keep the stream, measure every checkpoint that passes, draw the curves: all at once.
grok-train --preset demo --op "$op" --seed "$seed" --steps "$steps" |
    tee "$out/run.part" |
    grok-spectrum |
    tee "$out/measures.part" |
    grok-plot curves -o "$out/curves.svg"
mv "$out/run.part" "$out/run.gts"
mv "$out/measures.part" "$out/measures.gts"

# The embedding's spectrum over training, and the rings of its last checkpoint.
grok-plot spectrum -o "$out/spectrum.svg" "$out/measures.gts"
grok-plot ring -o "$out/ring.svg" "$out/measures.gts"

# What changed, in numbers, at the first checkpoint and from step 100 on.
grok-ckpt table --wide "$out/measures.gts" |
    awk -F '\t' '
        NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
        $column["spectrum.gini"] !~ /^[0-9]/ { next } # an evaluation without a checkpoint
        $column["step"] > 0 && $column["step"] < 100 { next }
        !n++ { print "   step   train    test    Gini     IPR  PCA 1+2" }
        {
            printf "%7d  %5.1f %%  %5.1f %%   %.3f   %.4f    %.3f\n", $column["step"],
                100 * $column["train.train_acc"], 100 * $column["train.test_acc"],
                $column["spectrum.gini"], $column["spectrum.ipr"],
                $column["spectrum.pca1"] + $column["spectrum.pca2"]
        }
        END { exit !n }'

echo
echo "train, test: accuracy; Gini, IPR: of the embedding's frequency norms;"
echo "PCA 1+2: share of the embedding's variance in two directions"
echo "pictures: $out/curves.svg $out/spectrum.svg $out/ring.svg"
echo "stream:   $out/run.gts"
