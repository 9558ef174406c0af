"""networks.py clock|pizza OP P K,K,... - write a stream of a network in closed form that computes a OP b mod P

It has one layer; pizza can do add and mul only.  Every number that grok-spectrum --algorithm gives for it is
known.  The residue of index i is embedded as (cos, sin)(2 pi k i / n) for each frequency k.  Each number appears
twice, with both signs, so that the mean in a LayerNorm is 0; position embeddings are so long that a LayerNorm only
scales.

clock  Gromov, "Grokking modular arithmetic", arXiv 2301.02679: two heads bring a and b to `=' apart.  Hidden units see
       e (cos(k a + f) + cos(k b + g)), e small, f and g on a grid, each with its negative, so that the pair
       squares; the output has the phase f + g (sub, div: f - g).  Logits: sum of cos 2 pi k (a + b - c) / n.
pizza  Zhong et al., arXiv 2306.17844: a head attends to all four positions equally and brings the mean of a and b.
       Units see a large multiple of cos(k a + f) + cos(k b + f), so that a pair is an absolute value; the output
       has the phase 2 f.  Logits: sum of |cos pi k (a - b) / n| cos 2 pi k (a + b - c) / n.
"""
import sys

import msgpack
import numpy as np
import zstandard

kind, op, P, ks = sys.argv[1], sys.argv[2], int(sys.argv[3]), [int(k) for k in sys.argv[4].split(",")]
root = next(g for g in range(1, P) if len({pow(g, e, P) for e in range(P - 1)}) == P - 1)
order = [pow(root, e, P) for e in range(P - 1)] if op in ("mul", "div") else list(range(P))
n, K, sign = len(order), len(ks), -1 if op in ("sub", "div") else 1
# places in the stream: circles of the token, of what the heads bring, of the answer; markers of positions
T, A, B, O, M = 0, 4 * K, 8 * K, 12 * K, 16 * K
C = M + 8 + (16 * K + 8) % 2
D, mark = C // 2, np.array([30, 30, 30, 300.0])
circle = np.zeros((n, 2 * K))
for m, k in enumerate(ks):
    t = 2 * np.pi * k * np.arange(n) / n
    circle[:, 2 * m], circle[:, 2 * m + 1] = np.cos(t), np.sin(t)
both = lambda x: np.concatenate([x, -x], -1)

wte, wpe, head = np.zeros((P + 2, C)), np.zeros((4, C)), np.zeros((P + 2, C))
wte[order, T : T + 4 * K] = both(circle)
head[order, O : O + 4 * K] = both(circle)
for pos in range(4):
    wpe[pos, M + 2 * pos], wpe[pos, M + 2 * pos + 1] = mark[pos], -mark[pos]
length = lambda square: np.sqrt(square / C + 1e-5)  # what an LN divides by
number, middle = length(2 * K + 2 * mark[0] ** 2), length(2 * mark[3] ** 2 + 4 * K)

# Attention: the clock's queries are a bias, and the key at the marked position is large; the pizza's are 0.
attn, attn_bias, proj = np.zeros((C, 3 * C)), np.zeros(3 * C), np.zeros((C, C))
for h, pos, to in [(0, 0, A), (1, 2, B)] if kind == "clock" else [(0, None, A)]:
    if kind == "clock":
        attn_bias[h * D] = 1
        attn[M + 2 * pos, C + h * D] = 60 * np.sqrt(D) * number / mark[pos]
    for c in range(2 * K):  # a number is carried unscaled, or a half of each of the two
        attn[T + c, 2 * C + h * D + c] = number * (1 if kind == "clock" else 2)
        proj[h * D + c, to + c], proj[h * D + c, to + 2 * K + c] = 1, -1

# Hidden units in pairs of opposite sign
units = []
G = 5 if kind == "clock" else 49
for m in range(K):
    for f in 2 * np.pi * np.arange(G) / G:
        for g in 2 * np.pi * np.arange(G) / G if kind == "clock" else [f]:
            units += [(m, f, g, s) for s in (1, -1)]
fc, out = np.zeros((C, len(units))), np.zeros((len(units), C))
for u, (m, f, g, s) in enumerate(units):
    for place, phase in [(A, f), (B, g)] if kind == "clock" else [(A, f)]:
        size = s * middle * (0.02 if kind == "clock" else 3000)
        fc[place + 2 * m, u], fc[place + 2 * m + 1, u] = size * np.cos(phase), -size * np.sin(phase)
    # answers: of length 1 for the clock, in units of sqrt(2 / pi) e^2 G^2 / 2; short for the pizza
    phase = f + sign * g if kind == "clock" else f + g
    size = 1 / (np.sqrt(2 / np.pi) * 0.02**2 * G**2 / 2) if kind == "clock" else 1e-6
    for half, s in ((0, 1), (2 * K, -1)):
        out[u, O + half + 2 * m], out[u, O + half + 2 * m + 1] = s * size * np.cos(phase), -s * size * np.sin(phase)

w = {"transformer.wte.weight": wte, "transformer.wpe.weight": wpe}
block = {"ln_1.weight": np.ones(C), "ln_1.bias": np.zeros(C), "attn.c_attn.weight": attn, "attn.c_attn.bias": attn_bias,
         "attn.c_proj.weight": proj, "attn.c_proj.bias": np.zeros(C),
         "ln_2.weight": np.ones(C), "ln_2.bias": np.zeros(C),
         "mlp.c_fc.weight": fc, "mlp.c_fc.bias": np.zeros(len(units)),
         "mlp.c_proj.weight": out, "mlp.c_proj.bias": np.zeros(C)}
w.update(("transformer.h.0." + name, value) for name, value in block.items())
w.update({"transformer.ln_f.weight": np.full(C, mark[3]), "transformer.ln_f.bias": np.zeros(C), "lm_head.weight": head})
config = {"op": op, "modulus": P, "layers": 1, "width": C, "heads": 2, "mlp": len(units), "tie": False,
          "activation": "gelu"}
records = [{"kind": "head", "version": 1, "run": kind, "seed": 1, "config": config, "provenance": []}]
for name, value in w.items():
    data = value.astype("<f4")
    array = {b"nd": True, b"type": "<f4", b"kind": b"", b"shape": list(data.shape), b"data": data.tobytes()}
    records.append({"kind": "tensor", "run": kind, "step": 0, "name": name, "role": "param", "array": array})
records.append({"kind": "end", "run": kind, "status": "complete", "records": len(records) + 1})
for group in (records[:1], records[1:-1], records[-1:]):
    frame = zstandard.ZstdCompressor(write_checksum=True, write_content_size=True)
    sys.stdout.buffer.write(frame.compress(b"".join(msgpack.packb(record) for record in group)))
