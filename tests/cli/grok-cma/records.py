"""records.py - list the cma records on standard input, and check that they agree with each other"""
import sys

import msgpack
import msgpack_numpy
import numpy as np

found = {}
for r in msgpack.Unpacker(sys.stdin.buffer, object_hook=msgpack_numpy.decode, max_buffer_size=0):
    if r["kind"] == "head":
        found = {"L": r["config"]["layers"]}
    if r["kind"] == "tensor" and r["name"].startswith("cma"):
        found[r["name"]] = r["array"]
        print(r["step"], r["name"], r["array"].dtype.str, *r["array"].shape)
    if r["kind"] == "metrics" and r["tool"] == "grok-cma":
        found.setdefault(r.get("of"), {}).update(r["values"])
        print(r["step"], *(r["of"].split() if "of" in r else ["-"]), *sorted(r["values"]))
    if r["kind"] != "end":
        continue
    L, total = found["L"], found[None]["cma.total"]
    for name in ("cma.cms", "cma.mlp"):
        assert np.allclose(found[name] / total, found[name + "_share"], rtol=1e-6)
        assert (found[name + "_se"] > 0).all() and np.isfinite(found[name]).all()
    size = abs(found["cma.cms"])
    assert np.isclose(size.mean(), found[None]["cma.mean_abs"])
    assert np.isclose((size > 0.1 * size.max()).mean(), found[None]["cma.active"])
    for layer in range(L):
        assert np.isclose(size[layer].mean(), found[f"layer {layer}"]["cma.mean_abs"])
        assert np.isclose((size[layer] > 0.1 * size.max()).mean(), found[f"layer {layer}"]["cma.active"])
    for part, window in (("test", "cma.window"), ("train", "cma.window_train")):
        w = found[window]
        assert (np.isnan(w) == np.tri(L, k=-1, dtype=bool)).all()
        for layer in range(L):
            assert np.isclose(w[layer, layer], found[f"skip {layer} attn {part}"]["cma.acc"])
        whole = found[f"skip 0-{L - 1} attn {part}"]
        assert np.isclose(w[0, L - 1], whole["cma.acc"])
        # a random set of all layers is all layers
        assert np.isclose(whole["cma.acc"], whole["cma.acc_null"]) and whole["cma.acc_rank"] == 1
        assert np.isclose(whole["cma.loss"], whole["cma.loss_null"])
    assert found["none train"]["cma.acc"] > 0.9
    bypass, w, least = found["attn test"], found["cma.window"], found["none test"]["cma.acc"] - 0.01
    fits = {j - i + 1: w[i, j] for i in range(L) for j in range(i, L) if w[i, j] >= least - 1e-9}
    assert bypass["cma.bypass"] == max(fits, default=0)
    assert found["cma.pairs"].min() == 0 and found[None]["cma.identity"] < 0.5
