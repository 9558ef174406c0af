# Runs with different seeds under GNU parallel, as whole processes: two one after the other against
# two at the same time, and four and five under -j2 against one alone.  Each job has one thread;
# ratios are medians of PAIRS pairs, measured in turn.  Five equal jobs on two cores take three
# rounds, so at best 1.2 times as long as 2.5 jobs alone.  GNU parallel itself takes about 0.15 s to
# start: STEPS sets how large a share of a job that is.
: "${STEPS:=2000}" "${PAIRS:=3}"
export OMP_NUM_THREADS=1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
train() { grok-train --preset demo --steps "$STEPS" --seed "$1" -q -o "$work/$1.gts"; }
in_turn() { for seed in $(seq "$1"); do train "$seed"; done; }
at_once() {
    seq "$1" | parallel -j2 "grok-train --preset demo --steps $STEPS --seed {} -q -o $work/{}.gts"
}
ms() { # COMMAND...: milliseconds that it takes
    local start
    start=$(date +%s%N)
    "$@"
    echo $((($(date +%s%N) - start) / 1000000))
}
pairs() { # COMMAND N COMMAND N: PAIRS lines of the milliseconds of both
    for _ in $(seq "$PAIRS"); do echo "$(ms "$1" "$2") $(ms "$3" "$4")"; done
}
median() { sort -g | awk '{ x[NR] = $1 } END { print (x[int((NR + 1) / 2)] + x[int(NR / 2) + 1]) / 2 }'; }

[ "$(env -u OMP_NUM_THREADS nproc)" -ge 2 ] ||
    { echo "parallel: one core, nothing to compare"; exit 0; }
in_turn 1
pairs in_turn 2 at_once 2 >"$work/two"
printf 'two jobs: %.2f s in turn, %.2f s at once: %.2f times as fast (at least 1.85)\n' \
    "$(awk '{ print $1 / 1000 }' "$work/two" | median)" \
    "$(awk '{ print $2 / 1000 }' "$work/two" | median)" \
    "$(awk '{ print $1 / $2 }' "$work/two" | median)"
for n in 4 5; do
    pairs in_turn 1 at_once $n >"$work/many"
    printf '%d seeds, two at a time: %.2f s, one alone %.2f s: %.2f times %g alone (%d rounds: at best %g)\n' \
        $n "$(awk '{ print $2 / 1000 }' "$work/many" | median)" \
        "$(awk '{ print $1 / 1000 }' "$work/many" | median)" \
        "$(awk -v n=$n '{ print $2 / $1 / (n / 2) }' "$work/many" | median)" \
        "$(awk -v n=$n 'BEGIN { print n / 2 }')" $(((n + 1) / 2)) \
        "$(awk -v n=$n 'BEGIN { print int((n + 1) / 2) / (n / 2) }')"
done
