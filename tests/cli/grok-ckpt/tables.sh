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
