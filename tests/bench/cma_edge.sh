#!/usr/bin/env bash
# Path patching of every edge, by grok-cma and by hooks in PyTorch: seconds of processor time for 4
# layers of 4 heads, width 128, 256 pairs, on one thread, and their ratio.  Processor time is little
# affected by other programs.  PYTHON names an interpreter that has torch; without one only grok-cma
# is measured.
python=${PYTHON:-python3}
"$python" -c 'import torch' 2>/dev/null ||
    { echo "cma_edge: $python has no torch; set PYTHON"; exit 0; }
shape="4 128 4 256 1"

# cpu COMMAND...: the processor time of a measurement, the least of three, less that of starting and
# stopping.
cpu() {
    for ((i = 0; i < 3; i++)); do
        TIMEFORMAT=%U
        none=$({ time "$@" </dev/null >/dev/null; } 2>&1)
        one=$({ time "$@" <<<'' >/dev/null; } 2>&1)
        echo "$one $none"
    done | awk '{ t = $1 - $2 } NR == 1 || t < least { least = t } END { print least }'
}

# shellcheck disable=SC2086
ours=$(cpu "$BUILD/tests/bench/cma_edge" $shape)
all=479 some=48
for how in once twice; do
    # Some edges, and one: what an edge costs without the two clean runs.
    # shellcheck disable=SC2086
    {
        many=$(cpu "$python" -W ignore "$SRC/tests/bench/cma_edge_torch.py" $how $shape 10)
        one=$(cpu "$python" -W ignore "$SRC/tests/bench/cma_edge_torch.py" $how $shape 1000)
    }
    awk -v how=$how -v ours="$ours" -v many="$many" -v one="$one" -v all=$all -v some=$some 'BEGIN {
        theirs = one + (many - one) * (all - 1) / (some - 1)
        printf "all edges: %.2f s; hooks, %s an edge: %.1f s, %.1f times\n", ours,
            how == "once" ? "one pass" : "two passes", theirs, theirs / ours }'
done
