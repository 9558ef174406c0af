#!/usr/bin/env python3
"""path.py - make tests/ref/path.gts, the figures that tests/unit/cma/path.c compares with

PyTorch's double precision, on two small networks of 2 and 4 layers that grok-train has trained, weights in half
precision.  Exact effects by forward hooks, one patch at a time; gradients by autograd.  P is a position or last or all.

    ref.pairs            i4 [N, 2]      ids of base and source, see lib/train/task.h
    ref.neurons          i4 [L, 3]      neurons that are patched
    ref.KIND.P           f8 [L, n, 2]   effect of each site by patching: mean, standard error; KIND is
                                        resid head mlp q k v neuron, n 1, H or 3
    ref.grad.KIND.P      f8 [L, n, 2]   the same by attribution
    ref.edge             f8 [S, R]      path patching, all positions: mean effect of sender on receiver; NaN: no edge
    ref.edge.grad        f8 [S, R]      the same by attribution
    ref.circuit          f8 [K, 4]      threshold, edges, accuracy on the source's answer, recovered part of the total

needs: torch msgpack msgpack-numpy zstandard, grok-train in PATH      use: python3 tests/ref/path.py
"""
import os

import msgpack
import msgpack_numpy
import numpy as np
import torch
import zstandard
from torch.nn import functional as F

from cma import GPT, draw_pairs, equations, hooked, trained

torch.set_default_dtype(torch.float64)

RUNS = [
    "--op sub --modulus 11 --train-frac 0.7 --layers 2 --width 16 --heads 2 --steps 3000",
    "--op add --modulus 11 --train-frac 0.8 --layers 4 --width 16 --heads 4 --steps 2000 --clip 1",
]
POSITIONS = {"last": [3], "all": [0, 1, 2, 3], "0": [0], "1": [1], "2": [2]}
THRESHOLDS = [0, 0.003, 0.01, 0.03, 0.1, 0.3, 1]


def heads_of(block, x, y=None, kind=None):
    """What all heads put out for a stream x, (n, H, 4, D), with query, key or value taken from y."""
    n, t, c = x.shape
    part = lambda x: ((block.ln_1(x) @ block.attn.w + block.attn.b)
                      .reshape(n, t, 3, block.attn.heads, c // block.attn.heads).permute(2, 0, 3, 1, 4))
    qkv = list(part(x))
    if kind is not None:
        qkv[kind] = part(y)[kind]
    return attend(*qkv)


def attend(q, k, v):
    score = q @ k.transpose(2, 3) / q.shape[-1] ** 0.5
    t = q.shape[2]
    return score.masked_fill(torch.triu(torch.ones(t, t, dtype=bool), 1), -torch.inf).softmax(-1) @ v


def flat(z):
    n, h, t, d = z.shape
    return z.transpose(1, 2).reshape(n, t, h * d)


def watch(net, tokens):
    """Every activation of a run, by hooks."""
    seen, handles = {}, []
    for i, b in enumerate(net.h):
        keep = lambda name: lambda m, x, y: seen.update({name: y})
        handles += [b.register_forward_pre_hook(lambda m, x, i=i: seen.update({("x", i): x[0]})),
                    b.attn.c_proj.register_forward_pre_hook(lambda m, x, i=i: seen.update({("z", i): x[0]})),
                    b.attn.register_forward_hook(keep(("attn", i))), b.mlp.register_forward_hook(keep(("mlp", i))),
                    b.mlp[1].register_forward_hook(keep(("act", i))), b.register_forward_hook(keep(("out", i)))]
    with hooked(*handles):
        seen["logits"] = net(tokens)
    for i in range(len(net.h)):
        seen["mid", i] = seen["x", i] + seen["attn", i]
    return seen


def mix(base, source, positions):
    y = base.clone()
    y[:, positions] = source[:, positions]
    return y


def patched(net, tokens, base, source, kind, l, j, positions):
    """Logits with one site patched.  j: head, or neuron."""
    block = net.h[l]
    width = base["z", l].shape[-1] // block.attn.heads
    part = slice(j * width, (j + 1) * width)

    def z_hook(module, x):
        z = x[0].clone()
        if kind == "head":
            z[:, positions, part] = source["z", l][:, positions, part]
        else:
            y = mix(base["x", l], source["x", l], positions)
            z[..., part] = flat(heads_of(block, base["x", l], y, "qkv".index(kind)))[..., part]
        return (z,)

    def act_hook(module, x, y):
        y = y.clone()
        y[:, positions, j] = source["act", l][:, positions, j]
        return y

    if kind == "resid":
        handle = block.register_forward_pre_hook(lambda m, x: (mix(x[0], source["x", l], positions),))
    elif kind == "mlp":
        handle = block.mlp.register_forward_hook(lambda m, x, y: mix(y, source["mlp", l], positions))
    elif kind == "neuron":
        handle = block.mlp[1].register_forward_hook(act_hook)
    else:
        handle = block.attn.c_proj.register_forward_pre_hook(z_hook)
    with hooked(handle):
        return net(tokens)


def split_run(net, tokens):
    """A run in which each receiver has an input of its own; leaves of zeros there, and all sites with gradients."""
    w = net.w
    x = w["transformer.wte.weight"][tokens] + w["transformer.wpe.weight"]
    leaves, sites = [], []
    leaf = lambda: leaves.append(torch.zeros_like(x, requires_grad=True)) or leaves[-1]
    keep = lambda y: (y if y.requires_grad else y.requires_grad_()).retain_grad() or y
    x = keep(x)
    for b in net.h:
        n, t, c = x.shape
        d = c // b.attn.heads
        start, qkv = x, []
        for kind in range(3):
            one = [(b.ln_1(x + leaf()) @ b.attn.w + b.attn.b)[..., kind * c + h * d:kind * c + (h + 1) * d]
                   for h in range(b.attn.heads)]
            qkv.append(keep(torch.stack(one, 1)))
        z = keep(attend(*qkv))
        mid = x + b.attn.c_proj(flat(z))
        act = keep(b.mlp[1](b.mlp[0](b.ln_2(mid + leaf()))))
        out = keep(b.mlp[2](act))
        x = keep(mid + out)
        sites.append({"resid": start, "q": qkv[0], "k": qkv[1], "v": qkv[2], "head": z, "neuron": act, "mlp": out})
    x = x + leaf()
    x = F.layer_norm(x, x.shape[-1:], w["transformer.ln_f.weight"], w["transformer.ln_f.bias"])
    return x[:, -1] @ w["lm_head.weight"].T, leaves, sites


def receivers(net):
    heads = net.h[0].attn.heads
    for l in range(len(net.h)):
        for kind in range(3):
            yield from ((l, kind, h) for h in range(heads))
        yield l, 3, 0
    yield len(net.h), 4, 0


def senders(net, base, source):
    """What each adds to the stream in both runs: embedding; heads and MLP of each layer; None where it is too high."""
    yield -1, 0, source["x", 0] - base["x", 0]
    for l, b in enumerate(net.h):
        d = base["z", l].shape[-1] // b.attn.heads
        for h in range(b.attn.heads):
            part = slice(h * d, (h + 1) * d)
            yield l, 0, (source["z", l] - base["z", l])[..., part] @ b.attn.c_proj.w[part]
        yield l, 1, source["mlp", l] - base["mlp", l]


def below(sender, receiver):
    """Heads come before the MLP of their layer."""
    layer, is_mlp = sender
    return layer < receiver[0] or (layer == receiver[0] and not is_mlp and receiver[1] == 3)


def along_path(net, tokens, base, delta, receiver):
    """Logits when a sender's change reaches one receiver alone, and all that is behind follows."""
    l, kind, h = receiver
    if kind == 4:
        x = base["out", l - 1][:, -1] + delta[:, -1]
        w = net.w
        return (F.layer_norm(x, x.shape[-1:], w["transformer.ln_f.weight"], w["transformer.ln_f.bias"])
                @ w["lm_head.weight"].T)
    block = net.h[l]

    def z_hook(module, x):
        d = x[0].shape[-1] // block.attn.heads
        z = x[0].clone()
        y = flat(heads_of(block, base["x", l], base["x", l] + delta, kind))
        z[..., h * d:(h + 1) * d] = y[..., h * d:(h + 1) * d]
        return (z,)

    if kind == 3:
        handle = block.mlp.register_forward_hook(
            lambda m, x, y: block.mlp.forward(block.ln_2(base["mid", l] + delta)))
    else:
        handle = block.attn.c_proj.register_forward_pre_hook(z_hook)
    with hooked(handle):
        return net(tokens)


def circuit(net, base, source, kept):
    """Logits of the run in which only the edges of kept, (S, R), carry what is not the base's."""
    list_r = list(receivers(net))
    out = [source["x", 0] - base["x", 0]]
    heads, layers = net.h[0].attn.heads, len(net.h)
    for l, b in enumerate(net.h):
        n, t, c = base["x", l].shape
        d = c // heads
        inp = lambda r, stream: stream + sum((o for o, k in zip(out, kept[:, list_r.index(r)]) if k), 0 * stream)
        z = []
        for h in range(heads):
            qkv = [(b.ln_1(inp((l, kind, h), base["x", l])) @ b.attn.w + b.attn.b)
                   [..., kind * c + h * d:kind * c + (h + 1) * d][:, None] for kind in range(3)]
            z.append(attend(*qkv)[:, 0])
        for h in range(heads):
            part = slice(h * d, (h + 1) * d)
            out.append((z[h] - base["z", l][..., part]) @ b.attn.c_proj.w[part])
        m = b.mlp.forward(b.ln_2(inp((l, 3, 0), base["mid", l])))
        out.append(m - base["mlp", l])
    w = net.w
    x = base["out", layers - 1] + sum((o for o, k in zip(out, kept[:, -1]) if k), 0 * base["x", 0])
    x = F.layer_norm(x[:, -1], x.shape[-1:], w["transformer.ln_f.weight"], w["transformer.ln_f.bias"])
    return x @ w["lm_head.weight"].T


def figures(net, tokens, answers, pairs, heads):
    one, two = tokens[pairs[:, 0]], tokens[pairs[:, 1]]
    y1, y2 = answers[pairs[:, 0]], answers[pairs[:, 1]]
    rows = torch.arange(len(pairs))
    odds = lambda z: z[rows, y2] - z[rows, y1]
    summary = lambda x: [x.mean().item(), x.std().item() / len(x) ** 0.5]
    layers = len(net.h)
    neurons = np.array([[0, 5 + l, 40 - l] for l in range(layers)], dtype="<i4")
    count = {"resid": [0], "head": range(heads), "mlp": [0], "q": range(heads), "k": range(heads), "v": range(heads)}
    of = lambda kind, l: neurons[l] if kind == "neuron" else count[kind]
    fig = {"neurons": neurons}
    with torch.no_grad():
        base, source = watch(net, one), watch(net, two)
        clean = odds(base["logits"])
        for kind in [*count, "neuron"]:
            for name, positions in POSITIONS.items():
                fig[f"{kind}.{name}"] = [
                    [summary(odds(patched(net, one, base, source, kind, l, j, positions)) - clean)
                     for j in of(kind, l)] for l in range(layers)]
    logits, leaves, sites = split_run(net, one)
    odds(logits).sum().backward()
    with torch.no_grad():
        other = split_run(net, two)[2]
        for kind in [*count, "neuron"]:
            for name, positions in POSITIONS.items():
                rows_of = []
                for l in range(layers):
                    a, s = sites[l][kind], other[l][kind]
                    e = ((s - a) * a.grad)
                    e = (e[:, :, positions].sum((2, 3)) if kind in "qkv" or kind == "head"
                         else e[:, positions].sum(1)[:, neurons[l]] if kind == "neuron"
                         else e[:, positions].sum((1, 2))[:, None])
                    rows_of.append([summary(e[:, j]) for j in range(e.shape[1])])
                fig[f"grad.{kind}.{name}"] = rows_of
        list_s, list_r = list(senders(net, base, source)), list(receivers(net))
        edge = np.full((len(list_s), len(list_r)), np.nan)
        grad = edge.copy()
        for i, (l, is_mlp, delta) in enumerate(list_s):
            for j, r in enumerate(list_r):
                if below((l, is_mlp), r):
                    edge[i, j] = (odds(along_path(net, one, base, delta, r)) - clean).mean()
                    grad[i, j] = (delta * leaves[j].grad).sum((1, 2)).mean()
        fig["edge"], fig["edge.grad"] = edge, grad
        total = (odds(source["logits"]) - clean).mean()
        curve, most = [], np.nanmax(abs(edge))
        for t in THRESHOLDS:
            kept = abs(np.nan_to_num(edge)) >= t * most
            kept &= ~np.isnan(edge)
            z = circuit(net, base, source, kept)
            curve.append([t, kept.sum(), (z.argmax(-1) == y2).double().mean().item(),
                          ((odds(z) - clean).mean() / total).item()])
        fig["circuit"] = curve
    return fig


def records(options):
    head, split, weights = trained(options)
    config = head["config"]
    p, layers, heads = config["modulus"], config["layers"], config["heads"]
    for r in weights.values():
        r["array"] = r["array"].astype("<f2")
    net = GPT({k: torch.tensor(r["array"].astype(float)) for k, r in weights.items()}, layers, heads)
    ops = config["op"].split(",")
    tokens, answers = equations(ops, p)
    pairs = draw_pairs(ops, p, answers)[:30]
    fig = figures(net, tokens, answers, pairs, heads)
    step = next(iter(weights.values()))["step"]
    measure = lambda name, a: {"kind": "tensor", "run": head["run"], "step": step, "name": "ref." + name,
                               "role": "measure", "array": a}
    out = [head, split, *weights.values(), measure("pairs", pairs), measure("neurons", fig.pop("neurons"))]
    out += [measure(name, np.array(a, dtype="<f8")) for name, a in fig.items()]
    return out + [{"kind": "end", "run": head["run"], "status": "complete", "records": len(out) + 1}]


if __name__ == "__main__":
    z = zstandard.ZstdCompressor(level=19, write_checksum=True, write_content_size=True)
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "path.gts"), "wb") as f:
        for run in RUNS:
            for r in records(run):
                f.write(z.compress(msgpack.packb(r, default=msgpack_numpy.encode)))
