#!/usr/bin/env python3
"""llc_devinterp.py lean|transformers MODEL SPLIT OP EPSILON GAMMA NBETA CHAINS BURN DRAWS - SGLD by devinterp 1.3

MODEL is what grok-ckpt export wrote, SPLIT the tensor data.split as npy, OP sub or add.  The potential is that of
grok-llc --coordinates absolute: mean cross-entropy of the training equations, all in one batch, logits at the last
position only.  lean: a GPT-2 of fused LayerNorm and attention; transformers: GPT2LMHeadModel.  One thread.  Prints
lambda, its standard error between chains, and the CPU seconds of the sampling.
"""
import json
import sys
import time
import warnings

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

warnings.filterwarnings("ignore")
from devinterp.optim.sgld import SGLD  # noqa: E402
from devinterp.slt.llc import LLCEstimator  # noqa: E402
from devinterp.slt.sampler import sample  # noqa: E402


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.ln_1, self.ln_2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.c_attn, self.c_proj = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.c_fc, self.out = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x):
        n, t, c = x.shape
        q, k, v = self.c_attn(self.ln_1(x)).view(n, t, 3, self.heads, c // self.heads).permute(2, 0, 3, 1, 4)
        z = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.c_proj(z.transpose(1, 2).reshape(n, t, c))
        return x + self.out(F.gelu(self.c_fc(self.ln_2(x))))


class Lean(nn.Module):
    def __init__(self, config, weights):
        super().__init__()
        width, get = config["n_embd"], lambda name: torch.from_numpy(weights["transformer." + name].copy())
        self.wte, self.wpe = nn.Parameter(get("wte.weight")), nn.Parameter(get("wpe.weight")[:4])
        self.h = nn.ModuleList(Block(width, config["n_head"]) for _ in range(config["n_layer"]))
        self.ln_f = nn.LayerNorm(width)
        self.head = nn.Parameter(torch.from_numpy(weights["lm_head.weight"].copy()))
        with torch.no_grad():
            for name in ("weight", "bias"):
                getattr(self.ln_f, name).copy_(get("ln_f." + name))
                for l, b in enumerate(self.h):
                    for ours, theirs in (("ln_1", "ln_1"), ("ln_2", "ln_2"), ("c_attn", "attn.c_attn"),
                                         ("c_proj", "attn.c_proj"), ("c_fc", "mlp.c_fc"), ("out", "mlp.c_proj")):
                        x = get(f"h.{l}.{theirs}.{name}")
                        getattr(getattr(b, ours), name).copy_(x.T if x.dim() == 2 else x)

    def forward(self, tokens):
        x = self.wte[tokens] + self.wpe
        for block in self.h:
            x = block(x)
        return self.ln_f(x[:, -1]) @ self.head.T


class Transformers(nn.Module):
    def __init__(self, path):
        super().__init__()
        from transformers import GPT2LMHeadModel
        self.net = GPT2LMHeadModel.from_pretrained(path)

    def forward(self, tokens):
        return self.net.lm_head(self.net.transformer(tokens).last_hidden_state[:, -1])


class Whole(torch.utils.data.Dataset):
    """All equations as one item, so that no time goes into putting batches together."""

    def __init__(self, tokens, target):
        self.item = tokens, target

    def __len__(self):
        return 1

    def __getitem__(self, i):
        return self.item


def evaluate(model, data):
    return F.cross_entropy(model(data[0]), data[1]), {}


rival, path, split, op = sys.argv[1:5]
epsilon, gamma, nbeta = map(float, sys.argv[5:8])
chains, burn, draws = map(int, sys.argv[8:11])
torch.set_num_threads(1)
split = np.load(split)
P = split.shape[0]
a, b = np.nonzero(split == 1)
c = (a - b if op == "sub" else a + b) % P
tokens = torch.from_numpy(np.stack([a, np.full_like(a, P), b, np.full_like(a, P + 1)], 1))
target = torch.from_numpy(c)
if rival == "transformers":
    model = Transformers(path)
else:
    from safetensors.numpy import load_file
    model = Lean(json.load(open(path + "/config.json")), load_file(path + "/model.safetensors"))
with torch.no_grad():
    first = evaluate(model, (tokens, target))[0]
estimator = LLCEstimator(chains, draws, first, nbeta=nbeta)
start = time.process_time()
sample(model, torch.utils.data.DataLoader(Whole(tokens, target), batch_size=1, collate_fn=lambda items: items[0]),
       [estimator], evaluate, SGLD, dict(lr=epsilon, localization=gamma, nbeta=nbeta), num_draws=draws,
       num_chains=chains, num_burnin_steps=burn, init_loss=first, verbose=False, seed=1)
seconds = time.process_time() - start
r = estimator.get_results()
print(r["llc/mean"], r["llc/std"] / chains ** 0.5, seconds)
