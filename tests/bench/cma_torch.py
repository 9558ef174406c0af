#!/usr/bin/env python3
"""cma_torch.py LAYERS WIDTH HEADS PAIRS POSITIONS THREADS - seconds that patching every head takes in PyTorch

The loop that is usually written: a hook on the input of each c_proj, one forward pass of the whole batch
of pairs for each head, on a lean GPT-2 (fused LayerNorm, fused attention, no autograd).  The clean runs are
done once.  Best of three; of one beyond 12 layers.
"""
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.ln_1, self.ln_2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.c_attn, self.c_proj = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))

    def forward(self, x):
        n, t, c = x.shape
        q, k, v = self.c_attn(self.ln_1(x)).view(n, t, 3, self.heads, c // self.heads).permute(2, 0, 3, 1, 4)
        z = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.c_proj(z.transpose(1, 2).reshape(n, t, c))
        return x + self.mlp(self.ln_2(x))


class GPT(nn.Module):
    def __init__(self, layers, width, heads):
        super().__init__()
        self.wte, self.wpe = nn.Embedding(99, width), nn.Embedding(4, width)
        self.h = nn.ModuleList(Block(width, heads) for _ in range(layers))
        self.ln_f, self.head = nn.LayerNorm(width), nn.Linear(width, 99, bias=False)

    def forward(self, tokens):
        x = self.wte(tokens) + self.wpe.weight
        for block in self.h:
            x = block(x)
        return self.head(self.ln_f(x[:, -1]))


@torch.no_grad()
def all_heads(net, one, two, y1, y2, heads, first):
    rows, seen, effects = torch.arange(len(one)), {}, []
    odds = lambda z: z[rows, y2] - z[rows, y1]
    keep = [b.c_proj.register_forward_pre_hook(lambda m, x: seen.update({m: x[0]})) for b in net.h]
    net(two)
    for handle in keep:
        handle.remove()
    clean = odds(net(one))
    for block in net.h:
        width = seen[block.c_proj].shape[-1] // heads
        for h in range(heads):
            def patch(module, x, part=slice(h * width, (h + 1) * width)):
                z = x[0].clone()
                z[:, first:, part] = seen[module][:, first:, part]
                return (z,)
            handle = block.c_proj.register_forward_pre_hook(patch)
            effects.append((odds(net(one)) - clean).mean().item())
            handle.remove()
    return effects


layers, width, heads, pairs = map(int, sys.argv[1:5])
torch.set_num_threads(int(sys.argv[6]))
torch.manual_seed(1)
net = GPT(layers, width, heads)
one, two = (torch.stack([torch.randint(97, (pairs,)), torch.full((pairs,), 97), torch.randint(97, (pairs,)),
                         torch.full((pairs,), 98)], 1) for _ in range(2))
y1, y2 = torch.randint(97, (2, pairs))
best = float("inf")
for _ in range(1 if layers > 12 else 3):
    start = time.perf_counter()
    all_heads(net, one, two, y1, y2, heads, 0 if sys.argv[5] == "all" else 3)
    best = min(best, time.perf_counter() - start)
print(f"{best:.4f}")
