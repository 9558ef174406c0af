# Legends, sizes, gaps: pictures of several runs, of missing values, and small ones, as seen in the
# script.
/usr/bin/python3 "$SRC/tests/cli/grok-plot/stream.py" >one.gts
# How often each text stands in a script.
said() { # FILE TEXT...
    file=$1 && shift
    for text; do echo "$file: $(grep -oF "\"$text\"" "$file" | wc -l) $text"; done
}
# Runs of three configurations: a legend of configurations and quantities, not of every pair; the
# dashboard has two of them beside one another, the third below; a long name ends at a setting.
for setting in '1 1' '2 1' '1 2'; do
    /usr/bin/python3 "$SRC/tests/cli/grok-plot/stream.py" 1 "run$setting" "lr=${setting% *}" \
        depth="$(printf '%036d' "${setting#* }")"
done >three.gts
grok-plot curves three.gts -o three.gp
said three.gp "lr=1 depth=$(printf '%036d' 1)" train test '3 runs'
grok-plot dashboard three.gts -o three.gp
said three.gp 'lr=1 \342\200\246' accuracy
grep -o 'size [0-9]*,[0-9]*' three.gp
# Of settings that tell the same, long names have the first alone.
for lr in 1 2 3; do
    /usr/bin/python3 "$SRC/tests/cli/grok-plot/stream.py" 1 "run$lr" "lr=$lr" \
        depth="$(printf '%036d' $lr)"
done >brief.gts
grok-plot curves brief.gts -o brief.gp
said brief.gp lr=1 lr=2 lr=3
# Runs without a setting of their own are told apart by their ids.
/usr/bin/python3 "$SRC/tests/cli/grok-plot/stream.py" 1 other extra=1 | cat one.gts - >two.gts
grok-plot curves --name 'train.*_acc' two.gts -o two.gp
said two.gp add-p23-s1-00000001 other train
# Nine configurations: as many styles, and a legend of lines above the panel.
for lr in 1 2 3 4 5 6 7 8 9; do
    /usr/bin/python3 "$SRC/tests/cli/grok-plot/stream.py" 1 "run$lr" "lr=$lr"
done >nine.gts
grok-plot curves --name train.test_acc nine.gts -o nine.gp
grep -o "linewidth 1.8 linecolor.*" nine.gp | tr , '\n' | grep -o 'rgb.*' | sort | uniq -c |
    awk '{ n += $1 } END { print NR, n }'
# Ten runs of two configurations: all are drawn, beside the training accuracy, in a colour for each
# configuration.
for lr in 1 2; do
    for seed in 1 2 3 4 5; do
        sed 's/metrics("spectrum", step, {/metrics("llc", step, {"lambda": 100 - fit,/' \
            "$SRC/tests/cli/grok-plot/stream.py" |
            /usr/bin/python3 - 1 "run$lr$seed" "lr=$lr"
    done
done >ten.gts
grok-plot llc ten.gts -o ten.gp
grep -o "linewidth 1.8 linecolor.*" ten.gp | tr , '\n' | grep -o 'rgb.*' | sort | uniq -c |
    awk '{ print $1 }'
# A missing accuracy is a gap.
sed 's/"train_acc": fit/"train_acc": float("nan") if step in (0, 50) else fit/
     s/"test_acc": know/"test_acc": float("nan")/' "$SRC/tests/cli/grok-plot/stream.py" >nan.py
/usr/bin/python3 nan.py >nan.gts
grok-plot dashboard nan.gts -o nan.svg
grok-plot report nan.gts -o nan.html
grok-plot curves nan.gts -o nan.gp
grep -ci '(nan)' nan.gp || :
# Size, letters, colours and corner.
grok-plot curves one.gts --size 330x400 --font-size 26 --palette grey --no-id -o small.gp
grep -o 'size 330,400.*fontscale 2 ' small.gp
said small.gp add-p23-s1-00000001
grep -c "'#0072b2'" small.gp || :
# A low panel has a number on each axis, though no round one would be the first choice: for a list
# of no tics gnuplot makes its own, without regard to room.
for name in cma.mean_abs train.weight_norm; do
    grok-plot curves --name $name --size 330x150 one.gts -o low.gp
    grep 'tics.* ()' low.gp || grep -c '^set ytics' low.gp
done
# One cell of 200 far beyond the others (0.5 to 1): colours go with the square root, and so do the
# numbers beside them.
cat >cells.py <<'P'
import sys, msgpack, msgpack_numpy, numpy as np, zstandard
x = np.linspace(0.5, 1, 200, dtype="f4").reshape(20, 10)
x[3, 4] = 100
out = [dict(kind="head", version=1, run="r", seed=1, config={}, provenance=[]),
       dict(kind="tensor", run="r", step=1, name="cma.cms", role="measure", array=msgpack_numpy.encode(x)),
       dict(kind="end", run="r", step=1, status="complete", records=3)]
sys.stdout.buffer.write(zstandard.compress(b"".join(msgpack.packb(r) for r in out)))
P
/usr/bin/python3 cells.py >cells.gts
grok-plot heads cells.gts -o cells.gp
grep -o '"0" 0, "100" 1, "50" 0.707[0-9]*' cells.gp
grep -c '^0\.0[789]' cells.gp # rows of the others: from the root of 0.005 to that of 0.01
# The name of a scale ends in a low picture.
sed 's/cma.cms/bdm.map a.long.name.of.a.matrix.of.some.layer/' cells.py |
    /usr/bin/python3 - | grok-plot map --size 330x200 --format script >map.gp
grep -o '"K (bits) of.*" at' map.gp
