#!/usr/bin/env bash
# Every head patched, here and by hooks in PyTorch, one forward pass a head: seconds, and how many times faster.
# PYTHON names an interpreter that has torch; without one there is nothing to compare with.
python=${PYTHON:-python3}
"$python" -c 'import torch' 2>/dev/null || { echo "cma_torch: $python has no torch; set PYTHON"; exit 0; }
threads=$(nproc)
while read -r layers width heads pairs positions; do
    ours=$("$BUILD/tests/bench/cma" "$layers" "$width" "$heads" "$pairs" "$positions" "$threads")
    theirs=$("$python" "$SRC/tests/bench/cma_torch.py" "$layers" "$width" "$heads" "$pairs" "$positions" "$threads")
    awk -v o="$ours" -v t="$theirs" -v what="$layers layers of width $width, $heads heads, $pairs pairs, $positions" \
        'BEGIN { printf "%s: %.3f s, hooks in PyTorch %.2f s: %.1f times\n", what, o, t, t / o }'
done <<END
2 128 4 256 last
2 128 4 256 all
12 64 4 256 last
24 128 8 64 last
END
