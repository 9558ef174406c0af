#!/usr/bin/env bash
# measure.sh - every measure of every checkpoint of a run
# in: RUN.gts, a stream of grok-train   out: MEASURES.gts
# usage: measure.sh RUN.gts MEASURES.gts
#
# Spectrum, places on the axes of the last checkpoint, topology, norms and ranks, complexity with
# its variants, causal mediation, and accuracy without each third of the layers, for every part of a
# layer; at the last checkpoint also mediation at every position, the controls, and every window of
# layers.  A network of 48 layers and width 64 takes 20 s of one core for each checkpoint, and 5
# minutes for the last.
set -euo pipefail
case ${1-} in -h | --help) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0" && exit ;; esac
[ $# = 2 ] || { echo "usage: $0 RUN.gts MEASURES.gts" >&2 && exit 2; }
run=$1 out=$2
trap 'rm -f "$out.each" "$out.last"' EXIT

grok-spectrum -t --topology --singular '*' --axes "$run" "$run" |
    grok-bdm -t --null 5 --variants 2x4,8x4,4x3,4x8 |
    grok-cma --pairs 128 --skip thirds --part attn,heads,mlp,block --null 12 --sample 600 \
        -o "$out.each"
grok-ckpt select --step last "$run" |
    grok-cma --pairs 128 --sites heads --positions each --controls --skip none --scan \
        --part heads,attn \
        --sample 600 -o "$out.last"
cat "$out.each" "$out.last" >"$out.part"
mv "$out.part" "$out"
