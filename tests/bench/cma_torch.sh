#!/usr/bin/env bash
# Patching every head, by grok-cma and by loops in PyTorch with one forward pass for each head:
# median seconds, and how many times faster grok-cma is.  The programs are measured in turn, with
# the same number of threads.
# PYTHON names an interpreter that has torch and, optionally, transformer_lens; without one only grok-cma is
# measured.  SHAPES: lines of LAYERS WIDTH HEADS PAIRS POSITIONS STRIDE ROUNDS (see cma_torch.py).
python=${PYTHON:-python3}
"$python" -c 'import torch' 2>/dev/null ||
    { echo "cma_torch: $python has no torch; set PYTHON"; exit 0; }
rivals=hooks
"$python" -W ignore -c 'from transformer_lens import HookedTransformer' >/dev/null 2>&1 &&
    rivals="hooks lens"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Open NAME COMMAND...: it answers each line on its input with the seconds of a loop.
open() {
    local in out
    mkfifo "$work/$1.in" "$work/$1.out"
    "${@:2}" <"$work/$1.in" >"$work/$1.out" 2>/dev/null &
    exec {in}>"$work/$1.in" {out}<"$work/$1.out"
    to[$1]=$in from[$1]=$out
}

# The median of what a rival answered, the first left out.
median() {
    tail -n +2 "$work/$1.times" | sort -g | awk '{ x[NR] = $1 } END { print x[int((NR + 1) / 2)] }'
}

compare() {
    declare -A to from
    local threads=$1 layers=$2 width=$3 heads=$4 pairs=$5 positions=$6 stride=$7 rounds=$8 name i
    rm -f "$work"/*
    open ours "$BUILD/tests/bench/cma" "${@:2:5}" "$threads"
    for name in $rivals; do
        open "$name" "$python" -W ignore "$SRC/tests/bench/cma_torch.py" "$name" "${@:2:5}" \
            "$threads" "$stride"
    done
    for ((i = 0; i <= rounds; i++)); do
        for name in ours $rivals; do
            sleep 0.3 # until the threads of the one before sleep too
            echo >&"${to[$name]}"
            head -1 <&"${from[$name]}" >>"$work/$name.times"
        done
    done
    for i in "${to[@]}" "${from[@]}"; do
        exec {i}>&-
    done
    wait
    printf '%s layers of width %s, %s heads, %s pairs, %s, threads %s: %s s' \
        "$layers" "$width" "$heads" "$pairs" "$positions" "$threads" "$(median ours)"
    for name in $rivals; do
        awk -v name="$name" -v ours="$(median ours)" -v theirs="$(median "$name")" \
            'BEGIN { printf "; %s %.3f s, %.1f times", name, theirs, theirs / ours }'
    done
    echo
}

while read -r shape; do
    for threads in ${THREADS:-1 $(nproc)}; do
        # shellcheck disable=SC2086
        compare "$threads" $shape
    done
done <<<"${SHAPES:-2 128 4 256 last 1 9
2 128 4 256 all 1 9
12 64 4 256 last 1 5
24 64 4 256 last 1 3
48 512 8 64 last 8 2}"
