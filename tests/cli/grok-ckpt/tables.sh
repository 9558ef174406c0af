# ls, stat and table of a golden stream
golden=$SRC/formats/golden/two-runs.gts
grok-ckpt ls "$golden"
grok-ckpt ls --runs "$golden"
grok-ckpt ls --json --kind tensor --role state "$golden"
grok-ckpt stat --name 'scalar,empty,transformer*' --json "$golden" | sed 's/"mean.*"name/..."name/'
# sums are rounded in the order that the processor's vectors suggest: twelve digits agree with numpy
grok-ckpt stat --name 'all.*' "$golden" >stat.tsv
cut -f 1-11,16 stat.tsv
for type in f4 f8 f2 i4 i8 u1 c8 c16; do grok-ckpt get "all.$type" "$golden" -o $type.npy; done
/usr/bin/python3 - <<'EOF'
import numpy as np
for line in open("stat.tsv").read().splitlines()[1:]:
    *_, mean, sd, norm1, norm2, name = line.split("\t")
    x = np.load(name[4:] + ".npy")
    x = (abs(x.astype("c16")) if x.dtype.kind == "c" else x).astype("f8")
    want = [x.mean(), x.std(), abs(x).sum(), np.sqrt((x * x).sum())]
    assert np.allclose([float(v) for v in (mean, sd, norm1, norm2)], want, rtol=1e-12, atol=0), name
EOF
grok-ckpt table "$golden"
grok-ckpt table --wide --config op,seed,tie,absent "$golden"
grok-ckpt table --json --wide --name '*.y' "$golden"
echo "heads in full, typed values, names without dots, layers as one row:"
grok-ckpt head --records 2 "$golden"
grok-ckpt head --json --run '*-s2-*' "$golden"
grok-ckpt ls --json --kind head,metrics,comment "$golden" | /usr/bin/python3 -c '
import json, sys
for line in sys.stdin:
    r = json.loads(line)
    print(r["kind"], r["name"], r["step"])'
grok-ckpt table --json --wide --config op,modulus,lr,tie "$golden" | head -n 1
grok-ckpt table --wide --names underscore "$golden" | head -n 1
grok-ckpt table --long --names underscore "$golden" | cut -f 5
grok-train --modulus 5 --layers 12 --width 8 --heads 2 --steps 1 --save 0 --batch full |
    grok-bdm -qt --null 0 --zstd 0 \
    --include '*wte*,*mlp*' -o deep.gts
echo "a slip is told of before the rows:"
for form in --wide --long; do { grok-ckpt table $form --config modulu deep.gts 2>&1 || true; } |
    sed 's/\t.*//;2q'; done
grok-ckpt ls --collapse --kind tensor deep.gts | cut -f 3-7,9
grok-ckpt ls --collapse --kind metrics deep.gts | cut -f 2,3,8
grok-ckpt ls --collapse --runs deep.gts 2>/dev/null || echo "status $?"
grok-ckpt get spectrum.pca deep.gts 2>&1 || echo "status $?"
