# The whole binary table from all machines of five states, as in formats/: 120 s on two cores.
# DEPTH=9 makes a smaller table in a fourteenth of the time.
: "${DEPTH:=10}"
start=$(date +%s%N)
grok-ctm --depth "$DEPTH" --compact --threads 2 -o "${TMPDIR:-/tmp}/ctm.$$"
took=$((($(date +%s%N) - start) / 1000000))
echo "five states, two symbols, depth $DEPTH: $((took / 1000)).$((took / 100 % 10)) s on two threads (at most 120)"
[ "$DEPTH" != 10 ] || cmp "${TMPDIR:-/tmp}/ctm.$$" "$SRC/formats/ctm-5-2.bin"
rm -f "${TMPDIR:-/tmp}/ctm.$$"
