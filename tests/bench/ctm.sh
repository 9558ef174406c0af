# The whole binary table from the machines of five states, as formats/ has it: 120 s on two cores.
# DEPTH=9 takes a fourteenth of the time, and is another table.
: "${DEPTH:=10}"
start=$(date +%s%N)
grok-ctm --depth "$DEPTH" --compact --threads 2 -o "${TMPDIR:-/tmp}/ctm.$$"
took=$((($(date +%s%N) - start) / 1000000))
echo "five states, two symbols, depth $DEPTH: $((took / 1000)).$((took / 100 % 10)) s on two threads (at most 120)"
[ "$DEPTH" != 10 ] || cmp "${TMPDIR:-/tmp}/ctm.$$" "$SRC/formats/ctm-5-2.bin"
rm -f "${TMPDIR:-/tmp}/ctm.$$"
