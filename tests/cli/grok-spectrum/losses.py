"""losses.py STREAM - check the losses that grok-spectrum wrote into STREAM, which holds parameters too

Runs the network in numpy from the parameters in the stream, projects its logits direction by
direction, and compares every loss of every step and operation, and the key frequencies, with the
records.  STREAM must come from grok-spectrum -t --progress-measures with its default keys.
"""
import math
import subprocess
import sys

import msgpack
import msgpack_numpy
import numpy as np

params, metrics, keys_of, norms = {}, {}, {}, {}
raw = subprocess.run(["zstd", "-dcq", sys.argv[1]], stdout=subprocess.PIPE, check=True).stdout
unpacker = msgpack.Unpacker(object_hook=msgpack_numpy.decode, max_buffer_size=0)
unpacker.feed(raw)
for r in unpacker:
    if r["kind"] == "head":
        config = r["config"]
    elif r["kind"] == "tensor" and r["role"] == "param":
        params.setdefault(r["step"], {})[r["name"]] = r["array"].astype(float)
    elif r["kind"] == "tensor" and r["name"] == "data.split":
        split = r["array"]
    elif r["kind"] == "tensor" and r["name"].startswith("spectrum.logit_norms"):
        norms[r["step"], r["name"][21:]] = r["array"]
    elif r["kind"] == "metrics" and r["tool"] == "grok-spectrum":
        metrics.setdefault((r["step"], r.get("of", "")), {}).update(r["values"])

P, ops = config["modulus"], config["op"].split(",")
split = split.reshape(len(ops), P, P)
root = next(g for g in range(2, P) if len({pow(g, e, P) for e in range(P - 1)}) == P - 1)
erf = np.vectorize(math.erf)


def layer_norm(x, w, name):
    x = x - x.mean(-1, keepdims=True)
    return x / np.sqrt((x**2).mean(-1, keepdims=True) + 1e-5) * w[name + ".weight"] + w[name + ".bias"]


def network(w, tokens):
    x = w["transformer.wte.weight"][tokens] + w["transformer.wpe.weight"][:4]
    H, C = config["heads"], config["width"]
    for layer in range(config["layers"]):
        h = f"transformer.h.{layer}."
        linear = lambda x, name: x @ w[h + name + ".weight"] + w[h + name + ".bias"]
        q, k, v = np.split(linear(layer_norm(x, w, h + "ln_1"), "attn.c_attn"), 3, -1)
        q, k, v = (t.reshape(len(t), 4, H, C // H).transpose(0, 2, 1, 3) for t in (q, k, v))
        s = q @ k.transpose(0, 1, 3, 2) / math.sqrt(C // H) + np.triu(np.full((4, 4), -1e30), 1)
        s = np.exp(s - s.max(-1, keepdims=True))
        out = (s / s.sum(-1, keepdims=True)) @ v
        x = x + linear(out.transpose(0, 2, 1, 3).reshape(len(x), 4, C), "attn.c_proj")
        u = linear(layer_norm(x, w, h + "ln_2"), "mlp.c_fc")
        u = u * (1 + erf(u / math.sqrt(2))) / 2
        x = x + linear(u, "mlp.c_proj")
    return layer_norm(x[:, -1], w, "transformer.ln_f") @ w["lm_head.weight"].T, u[:, -1]


def part(X, direction):
    square = (direction**2).sum()
    return direction[:, :, None] / square * np.tensordot(direction, X, 2) if square > 1e-9 else 0 * X


def mean_loss(X, target, data):
    X = X - X.max(-1, keepdims=True)
    X = np.log(np.exp(X).sum(-1)) - np.take_along_axis(X, target[:, :, None], 2)[:, :, 0]
    return {"": X[data > 0].mean(), "_train": X[data == 1].mean(), "_test": X[data == 2].mean()}


def residues(op):
    return np.array([pow(root, e, P) for e in range(P - 1)] if op in ("mul", "div") else range(P))


def key_frequencies(w, op):
    n = len(residues(op))
    f = (np.abs(np.fft.fft(w["transformer.wte.weight"][residues(op)], axis=0)) ** 2).sum(1)
    norm = np.array([np.sqrt(f[k] + (f[n - k] if 2 * k != n else 0)) for k in range(1, n // 2 + 1)])
    return [k + 1 for k in range(n // 2) if norm[k] > norm.max() / 4]


last, checked = params[max(params)], 0
for step, w in params.items():
    for place, op in enumerate(ops):
        got = metrics[step, op if len(ops) > 1 else ""]
        order, keys = residues(op), key_frequencies(last, op)
        n, sign = len(order), -1 if op in ("sub", "div") else 1
        i, j = np.meshgrid(np.arange(n), np.arange(n), indexing="ij")
        a, b = order[i], order[j]
        inverse = np.array([0] + [pow(int(x), P - 2, P) for x in range(1, P)])
        target = {"add": a + b, "sub": a - b, "mul": a * b, "div": a * inverse[b]}[op] % P
        tokens = np.stack([a, 0 * a + P + place, b, 0 * a + P + len(ops)], -1).reshape(-1, 4)
        L, units = network(w, tokens)
        L = L[:, :P].reshape(n, n, P)
        L -= L.mean(-1, keepdims=True)
        data = split[place][a, b]

        def sums(X, k):
            t = 2 * np.pi * k * (i + sign * j) / n
            return part(X, np.cos(t)) + part(X, np.sin(t))

        def products(X, k):
            fs, t = (np.cos, np.sin), 2 * np.pi * k / n
            return sum(part(X, f(t * i) * g(t * j)) for f in fs for g in fs)

        constant = part(L, np.ones((n, n)))
        each = [mean_loss(L - sums(L, k), target, data) for k in keys]
        want = {
            "full": mean_loss(L, target, data),
            "restricted": mean_loss(constant + sum(sums(L, k) for k in keys), target, data),
            "restricted_product": mean_loss(constant + sum(products(L, k) for k in keys), target, data),
            "excluded": mean_loss(L - sum(sums(L, k) for k in keys), target, data),
            "excluded_each": {s: np.mean([e[s] for e in each]) for s in each[0]},
        }
        for name, parts in want.items():
            for suffix, value in parts.items():
                # float32 network and sums against float64
                have = got[f"spectrum.{name}_loss{suffix}"]
                assert abs(have - value) < 2e-5 * (1 + abs(value)), (step, op, name, suffix, have, value)
                checked += 1
        everything = sum(sums(L, k) for k in range(1, n // 2 + 1))
        share = (everything**2).sum() / ((L - constant) ** 2).sum()
        assert abs(got["spectrum.sum_share"] - share) < 1e-5
        assert got["spectrum.progress_keys"] == len(keys)
        energy = (norms[step, op if len(ops) > 1 else ""].astype(float) ** 2).sum()
        assert abs(energy / (L**2).sum() - 1) < 1e-4
        if (step, "neurons") in metrics:
            mean = np.stack([units[((i + sign * j) % n == s).ravel()].mean(0) for s in range(n)])
            v = np.linalg.svd(mean - mean.mean(0), compute_uv=False) ** 2
            have = metrics[step, "neurons"]
            assert abs(have["spectrum.norm"] / np.linalg.norm(mean) - 1) < 1e-5
            assert abs(have["spectrum.pca1"] - v[0] / v.sum()) < 1e-4
            checked += 2
        weights = math.sqrt(sum((x**2).sum() for x in w.values()))
        assert abs(got["spectrum.weight_norm"] / weights - 1) < 1e-5
print(checked, "numbers agree")
