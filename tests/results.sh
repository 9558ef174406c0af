# The tables in README.md and pipelines/README.md are those that claims.sh and tables.sh make of the
# published measures: the same words, and numbers within a unit of the last printed digit or 2 %,
# since the last digits of libm differ between versions.
[ -d "$SRC/pipelines/results" ] || { echo "no published measures" && exit 77; }
"$SRC/pipelines/claims.sh" OUT=made >/dev/null
"$SRC/pipelines/tables.sh" >made/tables.md
for table in claims tables; do
    [ $table = claims ] && readme=README.md || readme=pipelines/README.md
    sed -n "/<!-- $table.sh -->/,/<!-- end -->/p" "$SRC/$readme" | grep -v '^<!--\|^$' >told
    grep -v '^$' made/$table.md >made/$table
    /usr/bin/python3 - told made/$table <<'END'
import re, sys
told, made = (open(name).read().splitlines() for name in sys.argv[1:])
number = re.compile(r"[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?")
if len(told) != len(made):
    sys.exit(f"{len(told)} lines are told, {len(made)} are made: pipelines/results.sh writes them")

def digit(text):  # a unit of the last one
    mantissa, _, power = text.partition("e")
    places = len(mantissa.partition(".")[2])
    return 10.0 ** (int(power or 0) - places) if places else 0  # counts are exact

for a, b in zip(told, made):
    if number.sub("#", a) != number.sub("#", b):
        sys.exit(f"told: {a}\nmade: {b}\npipelines/results.sh writes them")
    for s, t in zip(number.findall(a), number.findall(b)):
        x, y = float(s), float(t)
        assert abs(x - y) <= 0.02 * max(abs(x), abs(y)) + 1.5 * max(digit(s), digit(t)), (a, b)
END
done
# One's own runs may be few, of one layer, without maps and far from generalising: the tables that
# can be made of them
mkdir mine none
for seed in 1 2; do
    grok-train -q --modulus 7 --layers 1 --width 8 --heads 2 --steps 20 --eval-every 10 \
        --save 0,20 --seed $seed |
        grok-spectrum -t | grok-bdm -t | grok-cma -o mine/$seed.gts
done
"$SRC/pipelines/tables.sh" FROM=mine >own.md
[ "$(grep '^## ' own.md)" = "## Steps to grok
## 1 layer x 8, sub, 2 runs, 20 steps" ]
grep -q '^| bdm.z ' own.md
! "$SRC/pipelines/tables.sh" FROM=none >said 2>&1
grep -q "there are no runs of a network below 'none'" said
# The report has the same verdicts.
command -v gnuplot >/dev/null || exit 0
grok-plot report -o report.html "$SRC"/pipelines/results/*.gts
grok-sync claims --format tsv "$SRC"/pipelines/results/*.gts | cut -f 1,2 |
    grep -v 'not asked\|^claim' >said
row='^<tr><th scope=row>\([A-Z0-9]*\) .*<td class=[a-z]*>\([^<]*\)<.*'
sed -n "/<h2 id=claims>/,/<\/table>/s/$row/\1\t\2/p" report.html |
    cmp - said
