# Other languages read our streams, and we read theirs, bit for bit.
grok-train --modulus 11 --layers 1 --width 16 --heads 2 --steps 4 --save 0,4 --eval-every 2 -o a.gts
cat >read.py <<'PY'
import hashlib, io, sys
import msgpack, msgpack_numpy
import numpy as np

kinds = []
for r in msgpack.Unpacker(sys.stdin.buffer, object_hook=msgpack_numpy.decode, max_buffer_size=0):
    kinds.append(r["kind"])
    if r["kind"] == "tensor":
        a = r["array"]
        assert isinstance(a, np.ndarray)
        print(r["step"], r["name"], a.dtype.str, a.shape, hashlib.sha256(a.tobytes()).hexdigest())
    if r["kind"] == "end":
        assert r["records"] == len(kinds), r
assert kinds[0] == "head" and kinds[-1] == "end" and "metrics" in kinds
PY
zstd -dc a.gts | /usr/bin/python3 read.py >seen
test "$(wc -l <seen)" -gt 30
# The same tensors by way of our own reader.
while read -r step name rest; do
    grok-ckpt get "$name" --step "$step" --npy a.gts >x.npy
    /usr/bin/python3 - "$step" "$name" >>ours <<'PY'
import hashlib, sys
import numpy as np
a = np.load("x.npy")
print(sys.argv[1], sys.argv[2], a.dtype.str, a.shape, hashlib.sha256(a.tobytes()).hexdigest())
PY
done <seen
cmp seen ours
# A stream by Python, through a filter of ours that copies it, back in Python.
grok-ckpt verify "$SRC"/formats/golden/*.gts
for golden in minimal two-runs plain; do
    grok-ckpt select --no-provenance "$SRC/formats/golden/$golden.gts" | zstd -dc >copy
    zstd -dc "$SRC/formats/golden/$golden.gts" | cmp - copy
done
