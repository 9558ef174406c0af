#!/usr/bin/env bash
# publish.sh - what tables and figures need of measures, small enough to be kept beside the source
# in: MEASURES.gts   out: SMALL.gts: all metrics, maps of heads, the last checkpoint's ring and spectrum
# usage: publish.sh MEASURES.gts SMALL.gts
set -euo pipefail
[ $# = 2 ] || { echo "usage: $0 MEASURES.gts SMALL.gts" >&2 && exit 2; }
mkdir -p "$(dirname "$2")"
# One frame at a high level: metrics repeat themselves.
{
    grok-ckpt select --kind head,metrics,end "$1"
    grok-ckpt select --name 'cma.cms,cma.cms_share,cma.positions,cma.context,cma.window' "$1"
    grok-ckpt select --step last --name 'spectrum.pca,spectrum.norms,spectrum.planes,spectrum.keys,spectrum.order' "$1"
} | zstd -dc | zstd -q --ultra -22 -o "$2.part" -f
mv "$2.part" "$2"
[ "$(stat -c %s "$2")" -lt 1048576 ] || { echo "$0: '$2' is larger than 1 MiB" >&2 && exit 1; }
