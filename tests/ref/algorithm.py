#!/usr/bin/env python3
"""algorithm.py - make tests/ref/algorithm.txt: what grok-spectrum --algorithm must find in cma.gts, by PyTorch

The trained networks of cma.gts in double precision.  Distance irrelevance and gradient symmetricity as in the
released code of "The Clock and the Pizza" (std of the right logits over pairs of one distance, mean over
distances, by the std of all; cosine of d logit_c / d E_a and d logit_c / d E_b, by autograd); energies
by fft2 over both operands.  The triples (a, b, c) are those that grok-spectrum drew and recorded.
One line for each run, operation and name: the value.

needs: torch msgpack msgpack-numpy zstandard, grok-spectrum in PATH
use: cd tests/ref; python3 algorithm.py >algorithm.txt
"""
import io
import subprocess

import msgpack
import msgpack_numpy
import numpy as np
import torch
import zstandard
from torch.nn import functional as F

torch.set_default_dtype(torch.float64)


def records(data):
    raw = zstandard.ZstdDecompressor().stream_reader(io.BytesIO(data), read_across_frames=True).read()
    unpacker = msgpack.Unpacker(object_hook=msgpack_numpy.decode, max_buffer_size=0)
    unpacker.feed(raw)
    return list(unpacker)


runs = []
for r in records(open("cma.gts", "rb").read()):
    if r["kind"] == "head":
        runs.append({"config": r["config"], "w": {}, "run": r["run"], "triples": {}})
    elif r["kind"] == "tensor" and r["role"] == "param":
        runs[-1]["w"][r["name"]] = torch.tensor(r["array"].astype(float))
out = subprocess.run(["grok-spectrum", "--algorithm", "cma.gts"], stdout=subprocess.PIPE, check=True).stdout
for r in records(out):
    if r["kind"] == "tensor" and r["name"].startswith("spectrum.triples"):
        next(u for u in runs if u["run"] == r["run"])["triples"][r["name"][17:]] = r["array"]


def network(w, config, x):
    """Logits at `=' and what passes there, from the embeddings x (N, 4, C) of the tokens"""
    C, H = config["width"], config["heads"]
    x = x + w["transformer.wpe.weight"][:4]
    stream = []
    for layer in range(config["layers"]):
        h = f"transformer.h.{layer}."
        linear = lambda x, name: x @ w[h + name + ".weight"] + w[h + name + ".bias"]
        norm = lambda x, name: F.layer_norm(x, (C,), w[h + name + ".weight"], w[h + name + ".bias"])
        q, k, v = (t.view(-1, 4, H, C // H).transpose(1, 2)
                   for t in linear(norm(x, "ln_1"), "attn.c_attn").split(C, -1))
        s = (q @ k.transpose(2, 3)) / (C // H) ** 0.5 + torch.full((4, 4), -torch.inf).triu(1)
        x = x + linear((s.softmax(-1) @ v).transpose(1, 2).reshape(-1, 4, C), "attn.c_proj")
        stream.append(x[:, -1])
        before = linear(norm(x, "ln_2"), "mlp.c_fc")
        units = F.gelu(before)
        x = x + linear(units, "mlp.c_proj")
        stream.append(x[:, -1])
    final = F.layer_norm(x[:, -1], (C,), w["transformer.ln_f.weight"], w["transformer.ln_f.bias"])
    return final @ w["lm_head.weight"].T, stream, before[:, -1], units[:, -1]


def shares(f, n, sign):
    """Energy of f (n, n, C) by line and frequency, (4, n/2 + 1), over that about the mean, from fft2"""
    f = f.reshape(n, n, -1).detach().numpy()
    E = (np.abs(np.fft.fft2(f, axes=(0, 1))) ** 2).sum(2)
    E[0, 0] = 0
    line = np.zeros((4, n // 2 + 1))
    for k in range(1, n // 2 + 1):
        for sgn in {k, n - k}:
            line[0, k] += E[sgn, 0]
            line[1, k] += E[0, sgn]
            line[2, k] += E[sgn, sign * sgn % n]
            line[3, k] += E[sgn, -sign * sgn % n] if 2 * k != n else 0
    return line / E.sum()


for run in runs:
    config, w = run["config"], run["w"]
    P, ops = config["modulus"], config["op"].split(",")
    root = next(g for g in range(2, P) if len({pow(g, e, P) for e in range(P - 1)}) == P - 1)
    for place, op in enumerate(ops):
        order = torch.tensor([pow(root, e, P) for e in range(P - 1)] if op in ("mul", "div") else list(range(P)))
        n, sign = len(order), -1 if op in ("sub", "div") else 1
        i, j = torch.meshgrid(torch.arange(n), torch.arange(n), indexing="ij")
        token = lambda a, b: torch.stack([a, 0 * a + P + place, b, 0 * a + P + len(ops)], -1)
        wte = w["transformer.wte.weight"]
        logits, stream, before, units = network(w, config, wte[token(order[i].ravel(), order[j].ravel())])
        logits = logits[:, :P]
        answer = order[(i + sign * j) % n]
        right = logits.reshape(n, n, P).gather(2, answer[:, :, None])[:, :, 0]
        within = [right[(i - sign * j) % n == d].std(unbiased=False) for d in range(n)]
        triples = torch.tensor(run["triples"][op if len(ops) > 1 else ""].astype(np.int64))
        x = wte[token(triples[:, 0], triples[:, 1])].clone().requires_grad_(True)
        picked = network(w, config, x)[0].gather(1, triples[:, 2:])
        (gradient,) = torch.autograd.grad(picked.sum(), x)
        line = shares(logits - logits.mean(1, keepdim=True), n, sign)
        show = {
            "irrelevance": torch.stack(within).mean() / right.std(unbiased=False),
            "symmetricity": F.cosine_similarity(gradient[:, 0], gradient[:, 2], dim=1).mean(),
            "sum_share": line[2].sum(),
            "opposite_share": line[3].sum(),
            "single_share": line[:2].sum(),
        }
        best, psi = [], []
        gain, head = w["transformer.ln_f.weight"], w["lm_head.weight"][order]
        out = w[f"transformer.h.{config['layers'] - 1}.mlp.c_proj.weight"]
        for f in range(units.shape[1]):
            share = shares(units[:, f], n, sign).sum(0)
            k = int(share.argmax())
            best.append(share[k])
            if share[k] > 0.5 and 2 * k != n:
                # the coefficient of exp(i k x) of A cos(k x + phase) has that phase
                coefficient = np.fft.fft2(before[:, f].reshape(n, n).detach().numpy())
                u = np.fft.fft((((out[f] - out[f].mean()) * gain) @ head.T).detach().numpy())
                psi.append(np.angle(coefficient[k, 0]) + sign * np.angle(coefficient[0, k]) - np.angle(u[k]))
        show["neuron_share"] = np.mean(best)
        show["neuron_clustered"] = np.mean(np.array(best) > 0.5)
        show["phase_sum"] = np.mean(np.cos(psi)) if psi else np.nan
        show["phase_resultant"] = abs(np.mean(np.exp(1j * np.array(psi)))) if psi else np.nan
        for layer in range(config["layers"]):
            line = shares(stream[2 * layer + 1], n, sign)
            show[f"stream_answer layer {layer}"] = line[2].sum()
            show[f"stream_opposite layer {layer}"] = line[3].sum()
            show[f"stream_single layer {layer}"] = line[:2].sum()
            show[f"stream_k layer {layer}"] = line[2].argmax()
        for name, value in show.items():
            print(run["run"], op if len(ops) > 1 else "-", f"{float(value):.9g}", name)
