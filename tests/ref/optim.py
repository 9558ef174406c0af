#!/usr/bin/env python3
"""optim.py - make tests/ref/optim.gts, the figures that tests/unit/gpt/torch.c compares with

torch.optim and torch.optim.lr_scheduler in double precision: forty full-batch steps, linear warm-up over
ten of them, then half a cosine.  Each run holds the weights at steps 0 and 40, and as metrics the loss, the
norm of the gradient and the rate of every step.  Steps count from 1, so that step 10 has the full rate and
step 40 the lowest.

Muon's Newton-Schulz iteration is that of torch, in double precision instead of bfloat16; there matrices are (out, in),
as in torch.nn.Linear.  "optim.py bfloat16" prints how much the two results differ.

needs: torch msgpack msgpack-numpy zstandard        use: python3 tests/ref/optim.py
"""
import inspect
import os
import sys
import msgpack
import msgpack_numpy
import numpy as np
import torch
import torch.nn.functional as F
import zstandard
from torch.optim.lr_scheduler import CosineAnnealingLR, LinearLR, SequentialLR

import gpt

OP, MODULUS, LAYERS, WIDTH, HEADS, MLP = "sub", 5, 2, 8, 2, 12
STEPS, WARMUP, BETAS, EPS, CLIP = 40, 10, (0.9, 0.95), 1e-8, 1.0

MATRICES = ("c_attn.weight", "c_proj.weight", "c_fc.weight")


def exact_muon():
    module = torch.optim._muon
    name = "_zeropower_via_newtonschulz"
    source = inspect.getsource(getattr(module, name)).replace("torch.bfloat16", "torch.float64")
    exec(source, module.__dict__)


def muon(w, lr, decay):
    blocks = [t for key, t in w.items() if key.endswith(MATRICES)]
    rest = [t for key, t in w.items() if not key.endswith(MATRICES)]
    return [torch.optim.Muon(blocks, lr=lr, weight_decay=decay, momentum=0.95),
            torch.optim.AdamW(rest, lr=lr, betas=BETAS, eps=EPS, weight_decay=decay)]


def one(kind, **options):
    return lambda w, lr, decay: [kind(list(w.values()), lr=lr, weight_decay=decay, **options)]


CASES = [  # name, rate, least rate, decay, how to make it
    ("adamw", 1e-3, 1e-5, 1.0, one(torch.optim.AdamW, betas=BETAS, eps=EPS)),
    ("adam", 1e-3, 1e-5, 0.01, one(torch.optim.Adam, betas=BETAS, eps=EPS)),
    ("sgd", 1e-2, 1e-4, 0.1, one(torch.optim.SGD, momentum=0.9)),
    ("muon", 1e-3, 1e-5, 1.0, muon),
]


def records(name, lr, least, decay, make):
    x, y = gpt.data([OP], MODULUS)
    w = gpt.draw(MODULUS + 2, LAYERS, WIDTH, MLP, False)
    turned = [key for key in w if name == "muon" and key.endswith(MATRICES)]
    leaf = {key: t.detach().T.contiguous().requires_grad_() if key in turned else t for key, t in w.items()}
    view = lambda: {key: t.T if key in turned else t for key, t in leaf.items()}
    optims = make(leaf, lr, decay)
    rates = [SequentialLR(optim, [
        LinearLR(optim, 1 / WARMUP, 1, WARMUP - 1),
        CosineAnnealingLR(optim, STEPS - WARMUP, least)], [WARMUP - 1]) for optim in optims]
    run = f"torch-{name}"
    tensor = lambda step, name, t: {"kind": "tensor", "run": run, "step": step, "name": name, "role": "param",
                                    "array": np.ascontiguousarray(t.detach().numpy(), dtype="<f4")}
    config = dict(op=OP, modulus=MODULUS, layers=LAYERS, width=WIDTH, heads=HEADS, mlp=MLP, tie=False,
                  activation="gelu", optimizer=name, beta1=BETAS[0], beta2=BETAS[1],
                  decay="all", momentum=0.9, weight_decay=decay,
                  clip=CLIP, lr=lr, min_lr=least, warmup=WARMUP, steps=STEPS)
    out = [{"kind": "head", "version": 1, "run": run, "seed": 1, "config": config, "provenance": [
        {"program": "tests/ref/optim.py", "version": torch.__version__, "options": []}]}]
    out += [tensor(0, key, t) for key, t in view().items()]
    for step in range(STEPS):
        loss = F.cross_entropy(gpt.logits(view(), x, LAYERS, HEADS, False, "gelu"), y)
        for optim in optims:
            optim.zero_grad()
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(list(leaf.values()), CLIP)
        values = {"torch.loss": loss.item(), "torch.grad_norm": norm.item(), "torch.lr": rates[0].get_last_lr()[0]}
        out.append({"kind": "metrics", "run": run, "step": step, "tool": "torch", "values": values})
        for optim, rate in zip(optims, rates):
            optim.step()
            rate.step()
    out += [tensor(STEPS, key, t) for key, t in view().items()]
    return out + [{"kind": "end", "run": run, "status": "complete", "records": len(out) + 1}]


def weights(case):
    return np.concatenate([r["array"].ravel() for r in records(*case) if r["kind"] == "tensor" and r["step"] == STEPS
                           and r["name"].endswith(MATRICES)])


if __name__ == "__main__":
    if sys.argv[1:] == ["bfloat16"]:
        before = weights(CASES[-1])
        exact_muon()
        after = weights(CASES[-1])
        print(np.abs(after - before).max(), np.linalg.norm(after - before) / np.linalg.norm(after))
        sys.exit()
    exact_muon()
    z = zstandard.ZstdCompressor(level=19, write_checksum=True, write_content_size=True)
    pack = lambda case: b"".join(msgpack.packb(r, default=msgpack_numpy.encode) for r in records(*case))
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "optim.gts")
    with open(path, "wb") as f:
        for case in CASES:
            f.write(z.compress(pack(case)))
