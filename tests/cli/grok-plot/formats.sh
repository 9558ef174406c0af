# Every format by suffix and by --format; the suffix decides, and a wrong one is refused.  What is drawn
# is compared in the script: gnuplot's own output differs from version to version.
export GNUTERM=qt # a terminal that gnuplot may not have is no matter
/usr/bin/python3 "$SRC/tests/cli/grok-plot/stream.py" >one.gts
for kind in curves spectrum ring heads skip complexity map dashboard; do
    grok-plot $kind one.gts -o $kind.svg
    /usr/bin/python3 -c 'import sys, xml.etree.ElementTree as x; x.parse(sys.argv[1])' $kind.svg
    grok-plot $kind one.gts -o $kind.gp
done
for format in png pdf sixel text script; do
    grok-plot curves --format $format <one.gts >picture
    echo "curves $format $(head -c 4 picture | tr -d '\211\n\033 ')"
done
# What each kind says; how often its text stands there.
said() { # FILE TEXT...
    file=$1 && shift
    for text; do echo "$file: $(grep -oF "\"$text\"" "$file" | wc -l) $text"; done
}
said curves.gp train test accuracy 1k add-p23-s1-00000001
said spectrum.gp 'step 0' 'step 5k' frequency '\174F\174 / largest'
said heads.gp 'step 0' layer head 'CMS (nats)'
said skip.gp 'test accuracy without blocks' 'layers 1-2' 'nothing skipped'
said complexity.gp 'shuffled weights' 'L2 norm of these weights' accuracy
said map.gp 'bdm.map transformer.wte.weight'
said ring.gp 'PC 1' 'PC 2' 'step 5k'
said dashboard.gp accuracy 'ring R\302\262' 'shuffled weights' 'norm of weights'
# Runs of three configurations: a legend of configurations and quantities, not of every pair; the
# dashboard has two of them beside one another, the third below; a long name ends at a setting.
for lr in 1 2 3; do
    /usr/bin/python3 "$SRC/tests/cli/grok-plot/stream.py" 1 "run$lr" "lr=$lr" depth="$(printf '%036d' $lr)"
done >three.gts
grok-plot curves three.gts -o three.gp
said three.gp "lr=1 depth=$(printf '%036d' 1)" train test '3 runs'
grok-plot dashboard three.gts -o three.gp
said three.gp 'lr=1 \342\200\246' accuracy
grep -ho 'size [0-9]*,[0-9]*' dashboard.gp three.gp
# Runs without a setting of their own are told apart by their ids.
/usr/bin/python3 "$SRC/tests/cli/grok-plot/stream.py" 1 other extra=1 | cat one.gts - >two.gts
grok-plot curves --name 'train.*_acc' two.gts -o two.gp
said two.gp add-p23-s1-00000001 other train
# Nine configurations: as many styles, and a legend of lines above the panel.
for lr in 1 2 3 4 5 6 7 8 9; do
    /usr/bin/python3 "$SRC/tests/cli/grok-plot/stream.py" 1 "run$lr" "lr=$lr"
done >nine.gts
grok-plot curves --name train.test_acc nine.gts -o nine.gp
grep -o "linewidth 1.8 linecolor.*" nine.gp | tr , '\n' | grep -o 'rgb.*' | sort | uniq -c | awk '{ n += $1 } END { print NR, n }'
# Local learning coefficients: the curve over training, its parts, and the losses of the chains.
grok-train --modulus 7 --layers 1 --width 8 --heads 2 --steps 40 --save 0,10,20,40 --eval-every 10 >tiny.gts
grok-llc --chains 2 --draws 20 --burn-in 20 --part all,mlp --traces tiny.gts -q >llc.gts 2>said || :
grok-plot llc llc.gts -o llc.gp
said llc.gp 'local learning coefficient' guessing 'of parts' mlp draw 'step 40'
# Ranges over training, and beside them each layer: many skips of both kinds; and the windows of two parts.
grok-train --modulus 7 --layers 8 --width 8 --heads 2 --steps 20 --save 0,10,20 --eval-every 10 |
    grok-cma --sites none --skip each,0-1,2-3 --null 3 -o many.gts
grok-plot skip many.gts -o many.gp
said many.gp 'layers 0-1' 'layers 2-3' 'as many at random' 'without attention of one layer' \
    'without blocks of one layer' 'step 10'
# What a deeper look leaves: four positions, controls, paths, ranks, the algorithm, the fall of K by layer.
grok-spectrum -t --axes tiny.gts --singular 'transformer.*' --algorithm tiny.gts -q >measured.gts
grok-train --modulus 7 --layers 2 --width 8 --heads 2 --steps 20 --save 0,10,20 --eval-every 10 >two-layers.gts
grok-cma -t --pairs 4 --sites heads --positions each --controls --skip none two-layers.gts -q |
    grok-bdm -q >>measured.gts
for kind in trajectory embedding ranks algorithm positions controls complexity; do
    grok-plot $kind measured.gts -o $kind.gp
done
grok-sfm --modulus 7 --steps 40 -o machine.gts
grok-plot sfm machine.gts -o machine.gp
# A power law: the step of generalisation is the square of the modulus; and each layer's fall of K.
/usr/bin/python3 - <<'END2' >law.gts
import sys, msgpack, zstandard
for p in (5, 10, 20):
    run = dict(run=f"p{p}")
    records = [dict(kind="head", version=1, run=f"p{p}", seed=1, config=dict(modulus=p), provenance=[])]
    for step in sorted({1, 2, p * p - 1, p * p, 500, 1000}):
        good = float(step >= p * p)
        records.append(dict(kind="metrics", step=step, tool="grok-train",
                            values={"train.train_acc": good, "train.test_acc": good}, **run))
    for layer in range(4):
        for step in (1, 1000):
            of = dict(kind="metrics", of=f"layer {layer}", step=step, **run)
            records.append(dict(of, tool="grok-bdm", values={"bdm.bits": 100.0 - layer * (step > 1)}))
            records.append(dict(of, tool="grok-cma", values={"cma.mean_abs": 2.0 * layer}))
    records.append(dict(kind="end", status="complete", records=len(records) + 1, **run))
    sys.stdout.buffer.write(zstandard.ZstdCompressor(write_checksum=True).compress(
        b"".join(map(msgpack.packb, records))))
END2
grok-plot scaling law.gts -o scaling.gp
grok-plot layers law.gts -o layers.gp
said scaling.gp 'exponent 2.00 (2.00 to 2.00), R\302\262 1.00' modulus
said layers.gp 'R\302\262 1.00, slope 0.5 (0.5 to 0.5)' 'fall (%)'
grok-plot scaling --name lr law.gts -o x.svg 2>&1 || echo "status $?"
said trajectory.gp 'PC 1' 'PC 3'
said embedding.gp 'geometric complexity C_geo' noise
said ranks.gp 'nuclear norm, sum over matrices' 'stable rank' 'effective rank'
said algorithm.gp 'distance irrelevance' 'gradient symmetricity'
said positions.gp 'at a' 'at =' 'step 20'
said controls.gp 'other equation' 'another head' 'on a third answer'
said complexity.gp 'fall (%)'
said machine.gp 'accuracy against complexity' 'frequency k' 'complexity \316\273'
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
grok-plot curves one.gts -o x.gif 2>&1 || echo "status $?"
ls x.* 2>/dev/null || echo 'no x'
