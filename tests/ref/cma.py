#!/usr/bin/env python3
"""cma.py - make tests/ref/cma.gts, the figures that tests/unit/cma_torch.c compares with

An independent implementation in PyTorch's double precision: a GPT-2 of modules, patched with forward
hooks, one head at a time, and skipped with hooks, one set of layers at a time.  Each run of the
stream is a small network that grok-train has trained, its weights in half precision, with

    ref.pairs            i4 [N, 2]     ids of base and source, see lib/train/task.h
    ref.cms.last, .all   f8 [L, H, 2]  effect of each head on the logits: mean, standard error
    ref.mlp.last, .all   f8 [L, 2]     of each MLP
    ref.prob.last, .all  f8 [L, H, 2]  of each head on log p of the source's answer
    ref.total            f8 [2, 2]     total effect on the logits, and on that log-probability
    ref.sets             u1 [S, L]     layers to skip: 1 attention, 2 MLP, 3 both
    ref.skip             f8 [3, S, 2, 2]  zero, zero heads, mean; set; train, test; accuracy, loss

needs: torch msgpack msgpack-numpy zstandard, grok-train in PATH      use: python3 tests/ref/cma.py
"""
import os
import subprocess

import msgpack
import msgpack_numpy
import numpy as np
import torch
import zstandard
from torch import nn
from torch.nn import functional as F

torch.set_default_dtype(torch.float64)

PAIRS = 40
RUNS = [
    "--op sub --modulus 13 --train-frac 0.6 --layers 2 --width 16 --heads 2 --steps 3000",
    "--op add,mul --modulus 11 --train-frac 0.7 --layers 6 --width 12 --heads 3 --steps 2500 --clip 1",
]


class Attention(nn.Module):
    def __init__(self, w, b, o, ob, heads):
        super().__init__()
        self.w, self.b, self.heads = w, b, heads
        self.c_proj = Affine(o, ob)

    def forward(self, x):
        n, t, c = x.shape
        q, k, v = ((x @ self.w + self.b).reshape(n, t, 3, self.heads, c // self.heads).permute(2, 0, 3, 1, 4))
        score = q @ k.transpose(2, 3) / (c // self.heads) ** 0.5
        score = score.masked_fill(torch.triu(torch.ones(t, t, dtype=bool), 1), -torch.inf)
        return self.c_proj((score.softmax(-1) @ v).transpose(1, 2).reshape(n, t, c))


class Affine(nn.Module):
    def __init__(self, w, b):
        super().__init__()
        self.w, self.b = w, b

    def forward(self, x):
        return x @ self.w + self.b


class Block(nn.Module):
    def __init__(self, p, heads):
        super().__init__()
        norm = lambda name: lambda x: F.layer_norm(x, x.shape[-1:], p(name + ".weight"), p(name + ".bias"))
        affine = lambda name: Affine(p(name + ".weight"), p(name + ".bias"))
        self.ln_1, self.ln_2 = norm("ln_1"), norm("ln_2")
        self.attn = Attention(p("attn.c_attn.weight"), p("attn.c_attn.bias"), p("attn.c_proj.weight"),
                              p("attn.c_proj.bias"), heads)
        self.mlp = nn.Sequential(affine("mlp.c_fc"), nn.GELU(), affine("mlp.c_proj"))

    def forward(self, x):
        x = x + self.attn(self.ln_1(x))
        return x + self.mlp(self.ln_2(x))


class GPT(nn.Module):
    def __init__(self, w, layers, heads):
        super().__init__()
        self.w = w
        self.h = nn.ModuleList(
            Block(lambda name, i=i: w[f"transformer.h.{i}.{name}"], heads) for i in range(layers))

    def forward(self, tokens):
        w = self.w
        x = w["transformer.wte.weight"][tokens] + w["transformer.wpe.weight"]
        for block in self.h:
            x = block(x)
        x = F.layer_norm(x, x.shape[-1:], w["transformer.ln_f.weight"], w["transformer.ln_f.bias"])
        return x[:, -1] @ w["lm_head.weight"].T


class hooked:
    """Hooks that are there inside a with block."""

    def __init__(self, *handles):
        self.handles = handles

    def __enter__(self):
        pass

    def __exit__(self, *_):
        for handle in self.handles:
            handle.remove()


def equations(ops, p):
    ids, tokens, answers = [], [], []
    for k, op in enumerate(ops):
        for a in range(p):
            for b in range(p):
                ids.append((k * p + a) * p + b)
                tokens.append([a, p + k, b, p + len(ops)])
                answers.append({"add": a + b, "sub": a - b, "mul": a * b}[op] % p)
    return torch.tensor(tokens), torch.tensor(answers)


def draw_pairs(ops, p, answers):
    g = np.random.default_rng(1)
    pairs = []
    while len(pairs) < PAIRS:
        k = g.integers(len(ops))
        s, t = k * p * p + g.integers(p * p, size=2)
        if s % p != t % p and s // p != t // p and answers[s] != answers[t]:
            pairs.append([s, t])
    return np.array(pairs, dtype="<i4")


def patching(net, tokens, answers, pairs, heads):
    one, two = tokens[pairs[:, 0]], tokens[pairs[:, 1]]
    y1, y2 = answers[pairs[:, 0]], answers[pairs[:, 1]]
    rows = torch.arange(len(pairs))
    odds = lambda z: z[rows, y2] - z[rows, y1]
    prob = lambda z: z.log_softmax(-1)[rows, y2]
    summary = lambda x: [x.mean().item(), x.std().item() / len(x) ** 0.5]
    clean, source = net(one), net(two)
    out = {"total": [summary(m(source) - m(clean)) for m in (odds, prob)]}
    for name, first in (("last", 3), ("all", 0)):
        cms, logprob, mlp = [], [], []
        for block in net.h:
            seen = {}
            with hooked(block.attn.c_proj.register_forward_pre_hook(lambda m, x: seen.update(z=x[0])),
                        block.mlp.register_forward_hook(lambda m, x, y: seen.update(y=y))):
                net(two)
            width = seen["z"].shape[-1] // heads
            for h in range(heads):
                def swap(module, x, part=slice(h * width, (h + 1) * width)):
                    z = x[0].clone()
                    z[:, first:, part] = seen["z"][:, first:, part]
                    return (z,)
                with hooked(block.attn.c_proj.register_forward_pre_hook(swap)):
                    z = net(one)
                cms.append(summary(odds(z) - odds(clean)))
                logprob.append(summary(prob(z) - prob(clean)))
            def exchange(module, x, y):
                y = y.clone()
                y[:, first:] = seen["y"][:, first:]
                return y
            with hooked(block.mlp.register_forward_hook(exchange)):
                mlp.append(summary(odds(net(one)) - odds(clean)))
        shape = (len(net.h), heads, 2)
        out["cms." + name] = np.reshape(cms, shape)
        out["prob." + name] = np.reshape(logprob, shape)
        out["mlp." + name] = mlp
    return out


def skipping(net, tokens, answers, split, sets):
    means, out = {}, []
    keep = lambda m, x, y: means.update({m: y[split == 1].mean(0)})
    with hooked(*[m.register_forward_hook(keep) for block in net.h for m in (block.attn, block.mlp)]):
        net(tokens)
    for mode in ("zero", "heads", "mean"):
        for layers in sets:
            handles = []
            for block, bits in zip(net.h, layers):
                for m, bit in ((block.attn, 1), (block.mlp, 2)):
                    if not bits & bit:
                        continue
                    if mode == "mean":
                        handles.append(m.register_forward_hook(lambda m, x, y: means[m].expand_as(y)))
                    elif mode == "heads" and bit == 1:
                        handles.append(m.c_proj.register_forward_pre_hook(lambda m, x: (x[0] * 0,)))
                    else:
                        handles.append(m.register_forward_hook(lambda m, x, y: y * 0))
            with hooked(*handles):
                z = net(tokens)
            for part in (1, 2):
                at = split == part
                out.append([(z[at].argmax(-1) == answers[at]).double().mean().item(),
                            F.cross_entropy(z[at], answers[at]).item()])
    return np.reshape(out, (3, len(sets), 2, 2))


def trained(options):
    """Head, split and last weights of a run of grok-train."""
    gts = subprocess.run(["grok-train", *options.split(), "--save", "log:1", "--no-provenance"],
                         stdout=subprocess.PIPE, check=True).stdout
    reader = zstandard.ZstdDecompressor().stream_reader(gts, read_across_frames=True)
    head, weights = None, {}
    for r in msgpack_numpy.Unpacker(reader, max_buffer_size=0):
        if r["kind"] == "head":
            head = r
        elif r["kind"] == "tensor" and r["name"] == "data.split":
            split = r
        elif r["kind"] == "tensor" and r["role"] == "param":
            weights[r["name"]] = r
        elif r["kind"] == "metrics" and "train.test_acc" in r["values"]:
            last = r
    print(last)
    return head, split, weights


def records(options):
    head, split, weights = trained(options)
    config = head["config"]
    ops, p, layers, heads = config["op"].split(","), config["modulus"], config["layers"], config["heads"]
    for r in weights.values():
        r["array"] = r["array"].astype("<f2")
    net = GPT({k: torch.tensor(r["array"].astype(float)) for k, r in weights.items()}, layers, heads)
    tokens, answers = equations(ops, p)
    pairs = draw_pairs(ops, p, answers)
    g = np.random.default_rng(2)
    sets = np.concatenate([np.zeros((1, layers)), 3 * np.eye(layers), g.integers(4, size=(6, layers))])
    sets = sets.astype("|u1")
    with torch.no_grad():
        figures = patching(net, tokens, answers, pairs, heads)
        figures["skip"] = skipping(net, tokens, answers, torch.tensor(split["array"].ravel()), sets)
    step = next(iter(weights.values()))["step"]
    measure = lambda name, a: {"kind": "tensor", "run": head["run"], "step": step, "name": "ref." + name,
                               "role": "measure", "array": a}
    out = [head, split, *weights.values(), measure("pairs", pairs), measure("sets", sets)]
    out += [measure(name, np.array(a, dtype="<f8")) for name, a in figures.items()]
    return out + [{"kind": "end", "run": head["run"], "status": "complete", "records": len(out) + 1}]


if __name__ == "__main__":
    z = zstandard.ZstdCompressor(level=19, write_checksum=True, write_content_size=True)
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "cma.gts"), "wb") as f:
        for run in RUNS:
            for r in records(run):
                f.write(z.compress(msgpack.packb(r, default=msgpack_numpy.encode)))
