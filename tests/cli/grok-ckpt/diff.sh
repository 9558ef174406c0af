# Differences, and the exit status
try() {
    s=0
    "$@" || s=$?
    echo "status $s"
}
tensor() { /usr/bin/python3 -c "
import numpy as np
np.save('$1.npy', np.array($2, dtype='$3'))"; grok-ckpt import --name W "$1.npy" -o "$1.gts"; }
tensor a '[1, 2, 3, float("nan")]' f4
tensor b '[1, 2.5, 3.003, float("nan")]' f4
tensor wide '[1, 2, 3, float("nan")]' f8
tensor long '[1, 2, 3, float("nan"), 5]' f4
try grok-ckpt diff a.gts a.gts
try grok-ckpt diff a.gts b.gts
try grok-ckpt diff --atol 0.01 a.gts b.gts
try grok-ckpt diff --atol 0.1 --rtol 0.2 a.gts b.gts
try grok-ckpt diff --brief a.gts b.gts
try grok-ckpt diff a.gts wide.gts
try grok-ckpt diff --rtol 1e-9 a.gts wide.gts
try grok-ckpt diff a.gts long.gts
echo "integers beyond 2^53, infinities under a tolerance:"
tensor i '[2**53 + 1, 2**63 - 1, -2**63, 7]' i8
tensor j '[2**53, 2**63 - 2, 2**63 - 1, 7]' i8
tensor inf '[1, float("inf"), float("-inf"), float("inf")]' f8
tensor infs '[1, 5, float("inf"), float("inf")]' f8
try grok-ckpt diff i.gts j.gts
try grok-ckpt diff --atol 1 i.gts j.gts
try grok-ckpt diff --atol 1e9 --rtol 0.5 inf.gts infs.gts
try grok-ckpt diff --atol 1e9 --rtol 0.5 infs.gts inf.gts
echo "order does not matter, names do:"
/usr/bin/python3 "$SRC/tests/cli/grok-ckpt/make.py" x y z >xyz.gts
/usr/bin/python3 "$SRC/tests/cli/grok-ckpt/make.py" x y w >xyw.gts
/usr/bin/python3 - <<EOF >zyx.gts
import subprocess, sys, zstandard, msgpack
data = zstandard.ZstdDecompressor().stream_reader(open("xyz.gts", "rb"), read_across_frames=True)
records = list(msgpack.Unpacker(data, raw=False, strict_map_key=False))
records[1:4] = records[3:0:-1]
packed = b"".join(msgpack.packb(r) for r in records)
sys.stdout.buffer.write(zstandard.ZstdCompressor().compress(packed))
EOF
try grok-ckpt diff xyz.gts zyx.gts
try grok-ckpt diff xyz.gts xyw.gts
echo "trouble:"
try grok-ckpt diff a.gts absent.gts 2>&1
try grok-ckpt diff a.gts 2>&1
try grok-ckpt diff --atol -1 a.gts b.gts 2>&1
try grok-ckpt diff --name absent --step 0 a.gts b.gts 2>&1
try grok-ckpt diff --name x xyz.gts a.gts
