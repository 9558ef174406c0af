# Axes frozen at the last checkpoint: there they are its own; before, the coordinates approach its
# own.
/usr/bin/python3 "$SRC/tests/cli/grok-spectrum/rings.py" add 41 3 >run.gts
grok-spectrum --axes run.gts run.gts >out.gts
zstd -dcq out.gts | /usr/bin/python3 "$SRC/tests/cli/grok-spectrum/show.py" \
    pca1,pca1_frozen,pca2_frozen,pca3_frozen,keys
zstd -dcq out.gts | /usr/bin/python3 -c '
import sys, msgpack, msgpack_numpy as m, numpy as np
t = {}
for r in msgpack.Unpacker(sys.stdin.buffer, object_hook=m.decode, max_buffer_size=0):
    if r["kind"] == "tensor":
        t[r["step"], r["name"]] = r["array"]
own, frozen = t[2, "spectrum.pca"], t[2, "spectrum.pca_frozen"]
assert np.abs(own - frozen).max() < 1e-5 * np.abs(own).max()
size = [np.linalg.norm(t[s, "spectrum.pca_frozen"]) for s in range(3)]
assert size[0] < size[1] / 3 and size[1] < size[2]
assert list(t[0, "spectrum.keys"]) in ([3, 8], [8, 3])
print("frozen places agree")'
# a joint run is measured in both orders, every matrix under its name
grok-train -p 11 --op add,mul --width 8 --heads 2 --steps 2 --save 2 --threads 1 |
    grok-spectrum --tensor 'transformer.wte.weight,*c_fc.weight' |
    zstd -dcq | /usr/bin/python3 "$SRC/tests/cli/grok-spectrum/show.py" gini_null,@norms,@pca |
    sed 's/\[[^]]*\]//g'
