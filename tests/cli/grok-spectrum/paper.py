"""paper.py STREAM - check the paper's measures in STREAM, from grok-spectrum -t --singular '*', by numpy

Gini and IPR of |fft2|^2 and the Gram matrix of all rows of every embedding; the singular values of every
matrix, by layer and for the whole.
"""
import re
import subprocess
import sys

import msgpack
import msgpack_numpy
import numpy as np

params, metrics = {}, {}
unpacker = msgpack.Unpacker(object_hook=msgpack_numpy.decode, max_buffer_size=0)
unpacker.feed(subprocess.run(["zstd", "-dcq", sys.argv[1]], stdout=subprocess.PIPE, check=True).stdout)
for r in unpacker:
    if r["kind"] == "tensor" and r["role"] == "param":
        params.setdefault(r["step"], {})[r["name"]] = r["array"].astype(float)
    elif r["kind"] == "metrics" and r["tool"] == "grok-spectrum":
        metrics.setdefault((r["step"], r.get("of", "")), {}).update(r["values"])

checked = 0


def same(have, want, relative):
    global checked
    assert abs(have - want) <= relative * abs(want), (have, want)
    checked += 1


def ranks(w):
    s = np.linalg.svd(w, compute_uv=False)
    p = s[s > 0] / s.sum()
    return np.array([s.sum(), (s**2).sum() / s[0] ** 2, np.exp(-(p * np.log(p)).sum())])


for step, weights in params.items():
    W = weights["transformer.wte.weight"]
    S = np.abs(np.fft.fft2(W)).ravel() ** 2
    got = metrics[step, ""]
    # float32 transforms
    same(got["spectrum.gini2d_power"], np.abs(S[:, None] - S).mean() / (2 * S.mean()), 1e-5)
    same(got["spectrum.ipr2d_power"], (S**4).sum() / (S**2).sum() ** 2, 1e-5)
    d = np.linalg.eigvalsh(W @ W.T)[::-1][: min(W.shape)]
    d = d / d.sum()
    same(got["spectrum.concentration"], 1 + (d * np.log(d)).sum() / np.log(len(d)), 1e-9)
    same(got["spectrum.eig1"], d[0], 1e-9)
    same(got["spectrum.eig2"], d[1], 1e-9)
    layers = {}
    for name, w in weights.items():
        if w.ndim == 2:
            layer = re.match(r"transformer\.h\.(\d+)\.", name)
            for of in (name, "", f"layer {layer[1]}" if layer else None):
                layers.setdefault(of, []).append(ranks(w))
    layers.pop(None)
    for of, values in layers.items():
        values = np.array(values)
        for i, name in enumerate(("nuclear", "stable_rank", "effective_rank")):
            same(metrics[step, of]["spectrum." + name], values[:, i].sum() if i == 0 else values[:, i].mean(), 1e-9)
print(checked, "numbers agree")
