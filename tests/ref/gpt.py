#!/usr/bin/env python3
"""gpt.py - make tests/ref/gpt.gts, the figures that tests/unit/gpt_torch.c compares with

An independent implementation of the network, its gradient and AdamW, in PyTorch's double precision.
Each run of the stream is a small network: weights at step 0 (role param), logits of every equation
at step 0 and gradients ("grad.NAME") as measures, weights after ten full-batch steps at step 10, and
the loss before each step as metrics.

needs: torch msgpack msgpack-numpy zstandard        use: python3 tests/ref/gpt.py
"""
import os
import msgpack
import msgpack_numpy
import numpy as np
import torch
import torch.nn.functional as F
import zstandard

torch.set_default_dtype(torch.float64)

CASES = [  # operations, modulus, layers, width, heads, mlp, tied, activation, decay all, clip
    ("sub", 7, 2, 8, 2, 24, False, "gelu", False, 0.0),
    ("add,mul", 5, 3, 12, 3, 16, True, "gelu_new", True, 0.2),
]
LR, WARMUP, BETAS, EPS, DECAY, STEPS = 1e-2, 4, (0.9, 0.98), 1e-8, 1.0, 10


def data(ops, p):
    rows, answers = [], []
    for k, op in enumerate(ops):
        for a in range(p):
            for b in range(p):
                rows.append([a, p + k, b, p + len(ops)])
                answers.append({"add": a + b, "sub": a - b, "mul": a * b}[op] % p)
    return torch.tensor(rows), torch.tensor(answers)


def draw(vocab, layers, width, mlp, tied):
    """Weights with Hugging Face's GPT-2 names and orientation; gains and biases random too."""
    g = torch.Generator().manual_seed(1)
    shapes = {"transformer.wte.weight": (vocab, width), "transformer.wpe.weight": (4, width)}
    for i in range(layers):
        h = f"transformer.h.{i}."
        shapes[h + "ln_1.weight"] = shapes[h + "ln_1.bias"] = (width,)
        shapes[h + "attn.c_attn.weight"] = (width, 3 * width)
        shapes[h + "attn.c_attn.bias"] = (3 * width,)
        shapes[h + "attn.c_proj.weight"] = (width, width)
        shapes[h + "attn.c_proj.bias"] = (width,)
        shapes[h + "ln_2.weight"] = shapes[h + "ln_2.bias"] = (width,)
        shapes[h + "mlp.c_fc.weight"] = (width, mlp)
        shapes[h + "mlp.c_fc.bias"] = (mlp,)
        shapes[h + "mlp.c_proj.weight"] = (mlp, width)
        shapes[h + "mlp.c_proj.bias"] = (width,)
    shapes["transformer.ln_f.weight"] = shapes["transformer.ln_f.bias"] = (width,)
    if not tied:
        shapes["lm_head.weight"] = (vocab, width)
    out = {}
    for name, shape in shapes.items():
        x = 0.4 * torch.randn(*shape, generator=g)
        if "ln_" in name and name.endswith("weight"):
            x = 1 + x
        out[name] = x.float().double().requires_grad_()  # exact in single precision
    return out


def logits(w, x, layers, heads, tied, activation):
    p = lambda name: w["transformer." + name]
    n, width = x.shape[0], p("wte.weight").shape[1]
    s = p("wte.weight")[x] + p("wpe.weight")
    for i in range(layers):
        q = lambda name: p(f"h.{i}.{name}")
        y = F.layer_norm(s, (width,), q("ln_1.weight"), q("ln_1.bias"))
        qkv = y @ q("attn.c_attn.weight") + q("attn.c_attn.bias")
        split = [t.view(n, 4, heads, -1).transpose(1, 2) for t in qkv.split(width, 2)]
        y = F.scaled_dot_product_attention(*split, is_causal=True)
        y = y.transpose(1, 2).reshape(n, 4, width)
        s = s + y @ q("attn.c_proj.weight") + q("attn.c_proj.bias")
        y = F.layer_norm(s, (width,), q("ln_2.weight"), q("ln_2.bias"))
        y = y @ q("mlp.c_fc.weight") + q("mlp.c_fc.bias")
        y = F.gelu(y, approximate="tanh" if activation == "gelu_new" else "none")
        s = s + y @ q("mlp.c_proj.weight") + q("mlp.c_proj.bias")
    y = F.layer_norm(s[:, -1], (width,), p("ln_f.weight"), p("ln_f.bias"))
    return y @ (p("wte.weight") if tied else w["lm_head.weight"]).T


def records(case):
    names, modulus, layers, width, heads, mlp, tied, activation, decay_all, clip = case
    ops = names.split(",")
    x, y = data(ops, modulus)
    w = draw(modulus + len(ops) + 1, layers, width, mlp, tied)
    run = f"torch-{names.replace(',', '+')}"
    flat = [t for t in w.values()]
    groups = [
        {"params": [t for t in flat if t.ndim == 2 or decay_all], "weight_decay": DECAY},
        {"params": [t for t in flat if t.ndim == 1 and not decay_all], "weight_decay": 0.0},
    ]
    adam = torch.optim.AdamW([g for g in groups if g["params"]], lr=LR, betas=BETAS, eps=EPS)
    f4 = lambda t: np.asarray(t.detach().numpy(), dtype="<f4")
    tensor = lambda step, name, role, a: {
        "kind": "tensor", "run": run, "step": step, "name": name, "role": role, "array": f4(a)}
    config = dict(op=names, modulus=modulus, layers=layers, width=width, heads=heads, mlp=mlp, tie=tied,
                  activation=activation, decay="all" if decay_all else "matrices", clip=clip,
                  lr=LR, warmup=WARMUP, weight_decay=DECAY)
    out = [{"kind": "head", "version": 1, "run": run, "seed": 1, "config": config, "provenance": [
        {"program": "tests/ref/gpt.py", "version": torch.__version__, "options": []}]}]
    for name, t in w.items():
        out.append(tensor(0, name, "param", t))
    for step in range(STEPS):
        z = logits(w, x, layers, heads, tied, activation)
        loss = F.cross_entropy(z, y)
        adam.zero_grad()
        loss.backward()
        if step == 0:
            out.append(tensor(0, "logits", "measure", z))
            for name, t in w.items():
                out.append(tensor(0, "grad." + name, "measure", t.grad))
        values = {"torch.loss": loss.item()}
        if clip:
            values["torch.grad_norm"] = torch.nn.utils.clip_grad_norm_(flat, clip).item()
        out.append({"kind": "metrics", "run": run, "step": step, "tool": "torch", "values": values})
        for g in adam.param_groups:
            g["lr"] = LR * min(1, (step + 1) / WARMUP)
        adam.step()
    for name, t in w.items():
        out.append(tensor(STEPS, name, "param", t))
    out.append({"kind": "end", "run": run, "status": "complete", "records": len(out) + 1})
    return out


if __name__ == "__main__":
    z = zstandard.ZstdCompressor(level=19, write_checksum=True, write_content_size=True)
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "gpt.gts")
    with open(path, "wb") as f:
        for case in CASES:
            for r in records(case):
                f.write(z.compress(msgpack.packb(r, default=msgpack_numpy.encode)))
