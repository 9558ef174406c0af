# Edges and circuits, whatever the number of threads; by attribution; too little memory.
ref=$SRC/tests/ref/cma.gts
/usr/bin/python3 "$SRC/tests/cli/grok-cma/split.py" "$ref"
edges() { grok-cma --no-provenance --sites none --skip none --edges "$@"; }
edges --threads 1 add.gts >one
edges --threads 3 add.gts | cmp - one
edges --threads 2 --method attribution sub.gts >first
edges --threads 1 --method attribution sub.gts | cmp - first
/usr/bin/python3 -c '
import sys, msgpack, msgpack_numpy, zstandard
import numpy as np

for name, L, H, accuracy in ("one", 6, 3, 0.5), ("first", 2, 2, 0.1):
    x, v = {}, {}
    data = zstandard.ZstdDecompressor().stream_reader(open(name, "rb"), read_across_frames=True)
    for r in msgpack.Unpacker(data, object_hook=msgpack_numpy.decode, max_buffer_size=0):
        if r["kind"] == "tensor" and r["name"].startswith("cma."):
            x[r["name"]] = r["array"]
            print(r["name"], r["array"].dtype.str, *(r["array"].shape if r["name"] != "cma.graph" else ["E", 2]))
        if r["kind"] == "metrics" and "of" not in r:
            v = r["values"]
            print(*v)
    edge, graph, curve = x["cma.edge"], x["cma.graph"], x["cma.circuit"]
    assert edge.shape == (1 + L * (H + 1), L * (3 * H + 1) + 1)
    # Those that the threshold keeps, and no others
    kept = np.argwhere(abs(np.nan_to_num(edge)) >= 0.1 * np.nanmax(abs(edge)))
    assert sorted(map(tuple, graph)) == sorted(map(tuple, kept)) and v["cma.edges"] == len(graph)
    # The embedding feeds layer 0; no head feeds its own query; MLP 0 feeds all of layer 1
    assert np.isfinite(edge[0, :3 * H]).all() and np.isnan(edge[1, :3 * H]).all()
    assert np.isfinite(edge[H + 1, 3 * H + 1:6 * H + 2]).all() and np.isfinite(edge[:, -1]).all()
    # All edges kept is the run on the source; fewer edges, ever fewer
    assert np.isclose(curve[0, 3], 1, atol=1e-4) and curve[0, 2] > accuracy
    assert curve[0, 1] == np.isfinite(edge).sum() and (np.diff(curve[:, 1]) <= 0).all() and curve[-1, 1] >= 1
    near = curve[np.argmin(abs(curve[:, 0] - 0.1))]
    assert near[1] == v["cma.edges"] and near[2] == v["cma.circuit_acc"]'
{ edges --memory 10k --threads 64 add.gts >/dev/null; } 2>message || echo "status $?"
sed "s/needs [0-9.]* MB/needs N MB/" message # how much depends on the processor
