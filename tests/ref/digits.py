#!/usr/bin/env python3
"""digits.py - the training loss of a run's last checkpoint and its gradient, by PyTorch in single and double precision

The figures that grok-train(1) names under CAVEATS are of
    grok-train --layers 2 --train-frac 0.5 --init torch --weight-decay 0 --steps 12000 --save 4000,8000 -o run.gts
with grok-train's own from
    grok-train --from run.gts --batch full --weight-decay 0 --steps 1 --eval-every 1 --save none | grok-ckpt table -w

needs: torch msgpack msgpack-numpy zstandard        use: python3 tests/ref/digits.py run.gts
"""
import sys
import msgpack
import msgpack_numpy
import numpy as np
import torch
import torch.nn.functional as F
import zstandard

import gpt

weights = {}
with open(sys.argv[1], "rb") as f:
    plain = zstandard.ZstdDecompressor().stream_reader(f, read_across_frames=True)
    for r in msgpack.Unpacker(plain, object_hook=msgpack_numpy.decode, max_buffer_size=0):
        if r["kind"] == "head":
            config = r["config"]
        elif r["kind"] == "tensor" and r["name"] == "data.split":
            train = torch.tensor(r["array"].reshape(-1) == 1)
        elif r["kind"] == "tensor" and r["role"] == "param":
            weights[r["name"]] = torch.tensor(np.array(r["array"]))
x, y = gpt.data(config["op"].split(","), config["modulus"])
for dtype in torch.float32, torch.float64:
    torch.set_default_dtype(dtype)
    w = {name: t.to(dtype).clone().requires_grad_() for name, t in weights.items()}
    z = gpt.logits(w, x[train], config["layers"], config["heads"], config["tie"], config["activation"])
    loss = F.cross_entropy(z, y[train])
    loss.backward()
    norm = sum((t.grad.double() ** 2).sum() for t in w.values()) ** 0.5
    print(dtype, "loss", loss.item(), "length of the gradient", norm.item())
