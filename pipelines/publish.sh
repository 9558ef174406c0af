#!/usr/bin/env bash
# publish.sh - reduce measures to what tables and figures need, small enough for the repository
# in: MEASURES.gts   out: SMALL.gts
# usage: publish.sh MEASURES.gts SMALL.gts
#
# Kept are: the metrics of the network, its layers, its embeddings and skipped layers, but not those
# of each matrix of a block; the causal maps of every checkpoint, and the places of residues on
# fixed axes; principal components and rings at the paper's steps; the spectrum at two of them, as
# half floats; controls, positions and windows of the last checkpoint.
set -euo pipefail
case ${1-} in -h | --help) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0" && exit ;; esac
[ $# = 2 ] || { echo "usage: $0 MEASURES.gts SMALL.gts" >&2 && exit 2; }
from=$1
mkdir -p "$(dirname "$2")"
tensors() { # NAMES [STEPS]: without complaint when there is none
    grok-ckpt select --role measure --kind head,tensor,end --name "$1" ${2:+--step "$2"} "$from" \
        2>/dev/null || true
}
# The last checkpoint that was measured; metrics of a run that was stopped go on behind it.
last=$({ grok-ckpt ls --kind tensor --name 'spectrum.pca,cma.cms' "$from" 2>/dev/null || true; } |
    cut -f 3 | sort -n | tail -n 1)
last=${last:-last}
shown=100,1k,10k,100k,$last
# One frame at a high level: metrics repeat themselves.
{
    grok-ckpt select --kind head,metrics,end --of ',[!t]*,transformer.w*' "$from"
    tensors cma.cms,spectrum.pca_frozen
    tensors 'spectrum.norms,spectrum.pca,spectrum.rings,spectrum.keys,spectrum.planes,spectrum.order' "$shown"
    tensors spectrum.power2d "1k,$last" | { grok-ckpt cast --dtype f2 2>/dev/null || true; }
    last_only=cma.cms_share,cma.positions,cma.context,cma.same,cma.other_head,cma.third,cma.window,cma.window_attn
    tensors "$last_only" "$last"
} | zstd -dc | zstd -q --ultra -22 -o "$2.part" -f
mv "$2.part" "$2"
[ "$(stat -c %s "$2")" -lt 1048576 ] || { echo "$0: '$2' is larger than 1 MiB" >&2 && exit 1; }
