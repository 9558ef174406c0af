# Half precision against numpy's conversion; what cannot be cast
try() {
    echo "\$ $*"
    { "$@" >/dev/null </dev/null; } 2>&1 && s=0 || s=$?
    echo "status $s"
}
/usr/bin/python3 - <<'EOF'
import numpy as np
rng = np.random.default_rng(1)
x = np.concatenate([rng.normal(size=2000) * 10.0 ** rng.integers(-9, 4, 2000),
                    [0, -0.0, np.inf, -np.inf, np.nan, 65504, 65519, 2**-24, 2**-25, 6e-8]])
np.save("x.npy", x.astype("f4"))
np.savez("xy.npz", x=x.astype("f4"), y=x.astype("f4"))
np.save("i.npy", np.arange(5))
np.save("big.npy", np.array([1, 1e6], "f4"))
EOF
grok-ckpt import --name x x.npy -o x.gts
for type in f2 f8; do
    grok-ckpt cast --dtype $type x.gts | grok-ckpt get x -o $type.npy
    /usr/bin/python3 - $type <<'EOF'
import sys
import numpy as np
want = np.load("x.npy").astype(sys.argv[1])
got = np.load(sys.argv[1] + ".npy")
same = (got == want) | (np.isnan(got) & np.isnan(want))
print(sys.argv[1], got.dtype, same.all(), (np.signbit(got) == np.signbit(want))[~np.isnan(want)].all())
EOF
done
grok-ckpt import i.npy -o i.gts
grok-ckpt cast --dtype f2 i.gts | grok-ckpt ls --kind tensor | cut -f 5
grok-ckpt import xy.npz | grok-ckpt cast --dtype f8 --name y | grok-ckpt ls --kind tensor |
    cut -f 5,9
grok-ckpt import big.npy -o big.gts
try grok-ckpt cast --dtype f2 big.gts
try grok-ckpt cast --dtype i4 big.gts
