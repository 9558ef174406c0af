# Two rings grow out of noise, in token order and in that of logarithms; the wrong order shows none.
here=$SRC/tests/cli/grok-spectrum
show() { zstd -dcq | /usr/bin/python3 "$here/show.py" "$@"; }
for op in add mul; do
    /usr/bin/python3 "$here/rings.py" "$op" 41 3 >$op.gts
    for basis in auto add; do
        echo "$op $basis"
        grok-spectrum --basis $basis $op.gts | show rings,ring_k,pc_ring,pc_ring_k,keys
    done
done
echo "measures of the last"
grok-spectrum mul.gts | show ring,ring_winding,@rings,@power2d,@norms,@pca,@keys,@planes,@order |
    sed 's/\[[^]]*\]//g' | tail -n 1
# planes: strongest first, radius 1 and 0.6 within noise, the phase of each row k i
grok-spectrum mul.gts | zstd -dcq | /usr/bin/python3 -c '
import sys, msgpack, msgpack_numpy as m, numpy as np
t = {}
for r in msgpack.Unpacker(sys.stdin.buffer, object_hook=m.decode, max_buffer_size=0):
    if r["kind"] == "tensor":
        t[r["name"]] = r["array"]
assert list(t["spectrum.keys"]) == [3, 8]
for at, k, radius in zip(t["spectrum.planes"], (3, 8), (1, 0.6)):
    z = at[:, 0] + 1j * at[:, 1]
    assert abs(np.abs(z).mean() - radius) < 0.03
    assert abs(np.angle(z * np.exp(-2j * np.pi * k * np.arange(40) / 40))).max() < 0.5
order = t["spectrum.order"]
assert sorted(order) == list(range(1, 41)) and all(order[1:] == order[:-1] * order[1] % 41)
print("planes and order agree")'
