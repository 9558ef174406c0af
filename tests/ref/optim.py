#!/usr/bin/env python3
"""optim.py - make tests/ref/optim.gts, the figures that tests/unit/gpt/torch.c compares with

torch.optim and torch.optim.lr_scheduler in double precision: forty full-batch steps, linear warm-up over
ten of them, then half a cosine.  Each run holds the weights at steps 0 and 40, and as metrics the loss, the
norm of the gradient and the rate of every step.  Steps count from 1, so that step 10 has the whole rate and
step 40 the least.

needs: torch msgpack msgpack-numpy zstandard        use: python3 tests/ref/optim.py
"""
import os
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

CASES = [  # name, rate, least rate, decay, how to make it
    ("adamw", 1e-3, 1e-5, 1.0, lambda p, lr, decay: torch.optim.AdamW(
        p, lr=lr, betas=BETAS, eps=EPS, weight_decay=decay)),
]


def records(name, lr, least, decay, make):
    x, y = gpt.data([OP], MODULUS)
    w = gpt.draw(MODULUS + 2, LAYERS, WIDTH, MLP, False)
    flat = list(w.values())
    optim = make(flat, lr, decay)
    rate = SequentialLR(optim, [
        LinearLR(optim, 1 / WARMUP, 1, WARMUP - 1),
        CosineAnnealingLR(optim, STEPS - WARMUP, least)], [WARMUP - 1])
    run = f"torch-{name}"
    tensor = lambda step, name, t: {"kind": "tensor", "run": run, "step": step, "name": name, "role": "param",
                                    "array": np.asarray(t.detach().numpy(), dtype="<f4")}
    config = dict(op=OP, modulus=MODULUS, layers=LAYERS, width=WIDTH, heads=HEADS, mlp=MLP, tie=False,
                  activation="gelu", optimizer=name, beta1=BETAS[0], beta2=BETAS[1],
                  decay="all", weight_decay=decay, clip=CLIP, lr=lr, min_lr=least, warmup=WARMUP, steps=STEPS)
    out = [{"kind": "head", "version": 1, "run": run, "seed": 1, "config": config, "provenance": [
        {"program": "tests/ref/optim.py", "version": torch.__version__, "options": []}]}]
    out += [tensor(0, key, t) for key, t in w.items()]
    for step in range(STEPS):
        loss = F.cross_entropy(gpt.logits(w, x, LAYERS, HEADS, False, "gelu"), y)
        optim.zero_grad()
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(flat, CLIP)
        values = {"torch.loss": loss.item(), "torch.grad_norm": norm.item(), "torch.lr": rate.get_last_lr()[0]}
        out.append({"kind": "metrics", "run": run, "step": step, "tool": "torch", "values": values})
        optim.step()
        rate.step()
    out += [tensor(STEPS, key, t) for key, t in w.items()]
    return out + [{"kind": "end", "run": run, "status": "complete", "records": len(out) + 1}]


if __name__ == "__main__":
    z = zstandard.ZstdCompressor(level=19, write_checksum=True, write_content_size=True)
    pack = lambda case: b"".join(msgpack.packb(r, default=msgpack_numpy.encode) for r in records(*case))
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "optim.gts")
    with open(path, "wb") as f:
        for case in CASES:
            f.write(z.compress(pack(case)))
