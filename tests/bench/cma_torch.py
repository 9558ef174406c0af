#!/usr/bin/env python3
"""cma_torch.py hooks|lens LAYERS WIDTH HEADS PAIRS POSITIONS THREADS [STRIDE] - patch every head in PyTorch

The usual loop: one forward pass of the whole batch of pairs for each head.  hooks: forward hooks on the input of each
c_proj of a lean GPT-2 (fused LayerNorm, fused attention, logits at the last position only).  lens: hooks on hook_z of
TransformerLens (before 4.0, with HookedTransformer).  No autograd; the clean runs are done once.  For each line that it
reads, it prints the seconds of a loop, so that several programs can be measured in turn.  With STRIDE only every
STRIDE-th head is patched, and the seconds are scaled: all passes take the same time.
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


def by_hooks(layers, width, heads):
    net = GPT(layers, width, heads)

    def clean(one, two):
        seen = {}
        keep = [b.c_proj.register_forward_pre_hook(lambda m, x: seen.update({m: x[0]})) for b in net.h]
        net(two)
        for handle in keep:
            handle.remove()
        return net(one), seen

    def patched(one, seen, layer, head, first):
        def patch(module, x, part=slice(head * width // heads, (head + 1) * width // heads)):
            z = x[0].clone()
            z[:, first:, part] = seen[module][:, first:, part]
            return (z,)
        handle = net.h[layer].c_proj.register_forward_pre_hook(patch)
        logits = net(one)
        handle.remove()
        return logits
    return clean, patched


def by_lens(layers, width, heads):
    from transformer_lens import HookedTransformer, HookedTransformerConfig
    net = HookedTransformer(HookedTransformerConfig(
        n_layers=layers, d_model=width, n_heads=heads, d_head=width // heads, d_mlp=4 * width, n_ctx=4,
        d_vocab=99, act_fn="gelu", normalization_type="LN", device="cpu"))

    def clean(one, two):
        _, seen = net.run_with_cache(two, names_filter=lambda name: name.endswith("hook_z"))
        return net(one)[:, -1], seen

    def patched(one, seen, layer, head, first):
        def patch(z, hook):
            z[:, first:, head] = seen[hook.name][:, first:, head]
            return z
        return net.run_with_hooks(one, fwd_hooks=[(f"blocks.{layer}.attn.hook_z", patch)])[:, -1]
    return clean, patched


@torch.inference_mode()
def all_heads(rival, one, two, y1, y2, layers, heads, first, stride):
    rows = torch.arange(len(one))
    odds = lambda z: z[rows, y2] - z[rows, y1]
    clean, seen = rival[0](one, two)
    base = odds(clean)
    return [(odds(rival[1](one, seen, l, h, first)) - base).mean().item()
            for l in range(layers) for h in range(0, heads, stride)]


def main():
    layers, width, heads, pairs = map(int, sys.argv[2:6])
    torch.set_num_threads(int(sys.argv[7]))
    torch.manual_seed(1)
    rival = {"hooks": by_hooks, "lens": by_lens}[sys.argv[1]](layers, width, heads)
    one, two = (torch.stack([torch.randint(97, (pairs,)), torch.full((pairs,), 97), torch.randint(97, (pairs,)),
                             torch.full((pairs,), 98)], 1) for _ in range(2))
    y1, y2 = torch.randint(97, (2, pairs))
    stride = int(sys.argv[8]) if len(sys.argv) > 8 else 1
    for _ in sys.stdin:
        start = time.perf_counter()
        all_heads(rival, one, two, y1, y2, layers, heads, 0 if sys.argv[6] == "all" else 3, stride)
        print(f"{(time.perf_counter() - start) * stride:.5f}", flush=True)


if __name__ == "__main__":
    main()
