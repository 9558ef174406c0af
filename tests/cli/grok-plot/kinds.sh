# The text in pictures of a measured network, from the script.
# How often each text stands in a script.
said() { # FILE TEXT...
    file=$1 && shift
    for text; do echo "$file: $(grep -oF "\"$text\"" "$file" | wc -l) $text"; done
}
# Local learning coefficients: the curve over training, its parts, and the losses of the chains.
grok-train --modulus 7 --layers 1 --width 8 --heads 2 --steps 40 --save 0,10,20,40 \
    --eval-every 10 >tiny.gts
grok-llc --chains 2 --draws 20 --burn-in 20 --part all,mlp --traces tiny.gts -q >llc.gts 2>said || :
grok-plot llc llc.gts -o llc.gp
said llc.gp 'local learning coefficient' guessing 'of parts' mlp draw 'loss (nats), step 40'
# Ranges over training, and beside them each layer: many skips of both kinds; and the windows of two
# parts.
grok-train --modulus 7 --layers 8 --width 8 --heads 2 --steps 20 --save 0,10,20 --eval-every 10 |
    grok-cma --sites none --skip each,0-1,2-3 --null 3 -o many.gts
grok-plot skip many.gts -o many.gp
said many.gp 'layers 0-1' 'layers 2-3' 'as many at random' 'without attention of one layer' \
    'without blocks of one layer' 'step 10'
grok-train --modulus 7 --layers 2 --width 8 --heads 2 --steps 20 --save 0,10,20 \
    --eval-every 10 >two-layers.gts
grok-cma --sites none --scan --sample 9 two-layers.gts -q |
    grok-plot skip --format script >windows.gp
said windows.gp 'windows of attention' 'windows of blocks'
# What a deeper look leaves: four positions, controls, paths, ranks, the algorithm, the fall of K by
# layer.
grok-spectrum -t --axes tiny.gts --singular 'transformer.*' --algorithm tiny.gts -q >measured.gts
grok-cma -t --pairs 4 --sites heads --positions each --controls --patterns \
    --skip none two-layers.gts -q |
    grok-bdm -q >>measured.gts
for kind in trajectory embedding ranks algorithm positions controls patterns complexity; do
    grok-plot $kind measured.gts -o $kind.gp
done
grok-sfm --modulus 7 --steps 40 -o machine.gts
grok-plot sfm machine.gts -o machine.gp
# A power law: the step of generalisation is the square of the modulus; and each layer's fall of K.
/usr/bin/python3 - <<'END2' >law.gts
import sys, msgpack, zstandard
for p in (5, 10, 19):  # with 8 digits both ends of the line are outside the axis
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
grep -c '^set clip two' scaling.gp # or a line with both ends outside the picture would be missing
said layers.gp 'R\302\262 1.00, slope 0.5 (0.5 to 0.5)' 'fall (%)'
# n* against the step, where a machine has it: in line with the square of the modulus.
grok-plot scaling --name crossover law.gts -o x.svg 2>&1 || echo "status $?"
for p in 5 10 19; do grok-sfm crossover --modulus $p; done >crossovers.gts
grok-plot scaling --name crossover law.gts crossovers.gts -o crossover.gp
grok-sync scaling --against crossover --format tsv law.gts crossovers.gts |
    awk 'NR > 1 { printf "slope %.3g (%.3g to %.3g), R2 %.2f\n", $4, $5, $6, $8 }'
grep -o '"slope [^"]*"\|"numbers: moduli"' crossover.gp
# The heads that lead in each of two seeds, at the last step that both have: of one of them the
# maps end earlier.
for seed in 1 2; do
    grok-train --modulus 7 --layers 2 --width 8 --heads 4 --steps 40 --save 0,20,40 \
        --eval-every 10 --seed $seed |
        grok-cma --pairs 4 -q -o seed.gts
    grok-plot seeds seed.gts -o x.svg >&2 2>one-seed || echo "status $?" >>one-seed
    grok-ckpt select --step ..$((seed * 20)) seed.gts
done >seeds.gts
cat one-seed
grok-plot seeds seeds.gts -o seeds.gp
said seeds.gp 'seed 1' 'seed 2' layer.head
grep -o 'step 20"' seeds.gp
# Beside the seeds of the first, the effects as grok-ckpt has them
for seed in 1 2; do
    total=$(grok-ckpt table --run "*-s$seed-*" --step 20 --name cma.total seeds.gts |
        cut -f 6 | tail -n 1)
    grok-ckpt get cma.cms --run "*-s$seed-*" --step 20 --tsv seeds.gts |
        awk -v t="$total" 'NR > 1 { x = $3 / t; printf "%.6f %.6f %s.%s\n", x < 0 ? -x : x, x, $1, $2 }' |
        sort -rn | head -n 5 | cut -d ' ' -f 2-
done >effects
awk 'FNR == NR { if (/^\$d/) { inside = !(block++ % 2); next } if (/^EOD/) { inside = 0 }
        if (inside) { x[++n] = $2 } next }
    { if (($1 - x[++i]) ^ 2 > 1e-10) print "not the effect of", $2 }
    END { print n, i }' seeds.gp effects
for kind in scaling layers; do
    grok-plot $kind law.gts -o line.svg && grep -q stroke-dasharray line.svg ||
        echo "$kind: no line"
done
# In text, a label too long for the margin stands above the title.
grok-plot layers --no-id --format text law.gts | head -n 1
grok-plot scaling --no-id --format text law.gts | head -n 1
grok-plot scaling --name lr law.gts -o x.svg 2>&1 || echo "status $?"
said trajectory.gp 'PC 1' 'PC 3'
said embedding.gp 'geometric complexity C_geo' noise
said ranks.gp 'nuclear norm, sum over matrices' 'stable rank' 'effective rank'
said algorithm.gp 'distance irrelevance' 'gradient symmetricity'
said positions.gp 'at a' 'at =' 'step 20'
said controls.gp 'other equation' 'another head' 'third answer' 'step 20'
for kind in controls curves llc; do
    grok-plot $kind --size 330x160 measured.gts llc.gts -o x.svg 2>&1 || echo "status $?"
done
said patterns.gp 'layer; query' 'head; key a, op, b, =' 'mean attention' 'step 20'
said complexity.gp 'fall (%)'
said machine.gp 'accuracy against complexity' 'frequency k' 'complexity \316\273'
# A variant of a quantity has its unit, and no legend that repeats its title.
grok-bdm -q --null 0 --variants 2x4 tiny.gts | grok-plot curves --name bdm.bits_2x4 --format script >variant.gp
said variant.gp 'complexity K (bits), 2x4' bdm.bits_2x4
