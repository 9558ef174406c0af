# The table of claims in the README is what claims.sh makes of the published measures: the same words, and
# numbers within 2 %, since they are printed with three digits and libm's last ones differ.
[ -d "$SRC/pipelines/results" ] || { echo "no published measures" && exit 77; }
"$SRC/pipelines/claims.sh" FROM="$SRC/pipelines/results" OUT=made >/dev/null
sed -n '/<!-- claims.sh -->/,/<!-- end -->/p' "$SRC/README.md" | grep '^|' >told
/usr/bin/python3 - told made/claims.md <<'END'
import re, sys
told, made = (open(name).read().splitlines() for name in sys.argv[1:])
made = [line for line in made if line.startswith("|")]
number = re.compile(r"-?\d+(?:\.\d+)?(?:e[-+]?\d+)?")
assert len(told) == len(made), (len(told), len(made))
for a, b in zip(told, made):
    assert number.sub("#", a) == number.sub("#", b), (a, b)
    for x, y in zip(map(float, number.findall(a)), map(float, number.findall(b))):
        assert abs(x - y) <= 0.02 * max(abs(x), abs(y)) + 1e-9, (a, b)
END
