"""sites.py - list the records on standard input, and check that sites, positions and controls agree"""
import sys

import msgpack
import msgpack_numpy
import numpy as np

x = {}
for r in msgpack.Unpacker(sys.stdin.buffer, object_hook=msgpack_numpy.decode, max_buffer_size=0):
    if r["kind"] == "tensor" and r["name"].startswith("cma."):
        x[r["name"]] = r["array"]
        if not r["name"].endswith(("_se", "_share")):
            print(r["name"], r["array"].dtype.str, *r["array"].shape)
    if r["kind"] == "metrics" and "of" not in r:
        print(*sorted(r["values"]))
# One position alone, and the last is `='.  Single precision, other sums.
assert np.allclose(x["cma.positions"][3], x["cma.cms"], rtol=1e-4, atol=1e-5)
assert not np.allclose(x["cma.positions"][0], x["cma.cms"], atol=0.1)
# The stream that enters layer 0 at `=' is the same for every equation, and so are queries made of it.
assert abs(x["cma.resid"][0]) < 1e-5 and abs(x["cma.q"][0]).max() < 1e-5 < abs(x["cma.q"][1]).max()
# Neurons are in falling order by attribution, so each is named once.
assert all(len(set(row)) == len(row) for row in x["cma.neuron_id"])
assert all(np.isfinite(a).all() for n, a in x.items() if not n.endswith("_share"))
for name in "context", "same", "other_head", "third":
    assert x["cma." + name].shape == x["cma.cms"].shape and (x["cma." + name] != x["cma.cms"]).any()
