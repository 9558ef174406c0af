#!/usr/bin/env python3
"""train_torch.py [SHAPES [THREADS [PAIRS]]] - a training step compared with PyTorch's

The same network, batch and optimiser in PyTorch on the CPU as a good user writes it: fused attention,
logits at the last position only, gradients set to None, foreach AdamW, set_num_threads; eager and
compiled.  Each pair runs ours (tests/bench/train) and then PyTorch's, so that both are affected alike by
what else the machine does.  Not part of the build.

needs: torch (PyPI, CPU wheel)     use: make bench ONLY=train; python3 tests/bench/train_torch.py AB 1 3
"""
import os
import re
import statistics
import subprocess
import sys
import time

shapes = sys.argv[1] if len(sys.argv) > 1 else "ABCD"
threads = int(sys.argv[2]) if len(sys.argv) > 2 else 1
pairs = int(sys.argv[3]) if len(sys.argv) > 3 else 3
os.environ["OMP_NUM_THREADS"] = str(threads)

import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402
from torch import nn  # noqa: E402

torch.set_num_threads(threads)
P = 97
SHAPES = {  # layers, width, heads, batch, steps of a timing
    "A": (2, 128, 4, 512, 20), "B": (1, 128, 4, 4704, 6), "C": (4, 128, 4, 512, 12),
    "D": (48, 64, 8, 512, 4), "E": (48, 512, 8, 512, 1),
}


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.ln_1, self.ln_2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attn, self.proj = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.fc, self.out = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x):
        n, t, c = x.shape
        q, k, v = (y.view(n, t, self.heads, -1).transpose(1, 2)
                   for y in self.attn(self.ln_1(x)).split(c, 2))
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.proj(y.transpose(1, 2).reshape(n, t, c))
        return x + self.out(F.gelu(self.fc(self.ln_2(x))))


class Net(nn.Module):
    def __init__(self, layers, width, heads):
        super().__init__()
        self.wte, self.wpe = nn.Embedding(P + 2, width), nn.Parameter(torch.zeros(4, width))
        self.h = nn.ModuleList(Block(width, heads) for _ in range(layers))
        self.ln_f, self.head = nn.LayerNorm(width), nn.Linear(width, P + 2, bias=False)

    def forward(self, x):
        s = self.wte(x) + self.wpe
        for block in self.h:
            s = block(s)
        return self.head(self.ln_f(s[:, -1]))


def stepper(shape, compiled):
    layers, width, heads, batch, _ = SHAPES[shape]
    torch.manual_seed(1)
    a, b = torch.cartesian_prod(torch.arange(P), torch.arange(P)).T
    keep = torch.randperm(P * P)[: P * P // 2]
    a, b = a[keep], b[keep]
    x = torch.stack([a, torch.full_like(a, P), b, torch.full_like(a, P + 1)], 1)
    y = (a + b) % P
    net = Net(layers, width, heads)
    run = torch.compile(net) if compiled else net
    adam = torch.optim.AdamW(net.parameters(), lr=1e-4, betas=(0.9, 0.98), weight_decay=1.0,
                             foreach=True)

    def step():
        pick = slice(None) if batch >= len(a) else torch.randint(len(a), (batch,))
        loss = F.cross_entropy(run(x[pick]), y[pick])
        loss.backward()
        adam.step()
        adam.zero_grad(set_to_none=True)

    return step


def timed(step, n):
    times = []
    for _ in range(n):
        start = time.perf_counter()
        step()
        times.append(time.perf_counter() - start)
    return 1e3 * statistics.median(times)


def ours(shape):
    here = os.path.dirname(os.path.abspath(__file__))
    program = os.environ.get("TRAIN", os.path.join(here, "../../build/release/tests/bench/train"))
    text = subprocess.run([program, shape, str(threads)], check=True, capture_output=True,
                          text=True, env={**os.environ, "OPENBLAS_NUM_THREADS": "1"}).stdout
    return float(re.search(r"([\d.]+) ms a step", text).group(1))


for shape in shapes:
    n = SHAPES[shape][4]
    for compiled in (False, True):
        step = stepper(shape, compiled)
        step()
        step()
        ratios = []
        for _ in range(pairs):
            mine, theirs = ours(shape), timed(step, n)
            ratios.append(theirs / mine)
            print(f"{shape}  {threads} threads  {'compiled' if compiled else 'eager':8}  "
                  f"PyTorch {theirs:9.2f} ms  ours {mine:9.2f} ms  ratio {ratios[-1]:.2f}", flush=True)
        print(f"{shape}  {threads} threads  {'compiled' if compiled else 'eager':8}  "
              f"median ratio {statistics.median(ratios):.2f}", flush=True)
