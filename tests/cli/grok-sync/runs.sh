# Every transition of every run; numbers in TSV read back exactly.
/usr/bin/python3 "$SRC/tests/cli/grok-sync/runs.py" mul 3,4 >mul.gts
grok-sync runs --quantity 'train.test_acc,x.*,x.part *' mul.gts
grok-sync runs --quantity 'train.test_acc' --format tsv mul.gts >mul.tsv
head -n 1 mul.tsv
/usr/bin/python3 - <<'END'
import math

for line, centre in zip(list(open("mul.tsv"))[1:], (1000, 1020)):
    run, seed, quantity, status, *numbers = line.rstrip("\n").split("\t")
    step, fit, width, gap, before, after, r2, p = map(float, numbers)
    assert abs(fit / centre - 1) < 1e-3  # no noise: only the resolution of the search
    assert abs(step / centre - 1) < 1e-2  # and here of the evaluations, every 20 steps
    assert abs(width - 2 * math.log(9) * 0.02) < 1e-3
    assert abs(before) < 0.02 and abs(after - 1) < 0.02 and r2 > 0.999
    for text in numbers:
        assert text == "NaN" or len(text) <= 24
print("exact")
END
