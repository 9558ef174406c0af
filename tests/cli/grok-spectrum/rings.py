"""rings.py OP P STEPS - a stream of embeddings (P + 2, 16) in which rings grow out of noise

At step t, 0 .. STEPS-1, rings of frequency 3 and 8 have radius 1 and 0.6 times t / (STEPS - 1), in
token order for add, in the order of discrete logarithms for mul; the noise has deviation 0.05.
"""
import sys

import msgpack
import numpy as np
import zstandard

op, P, steps = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
run = f"{op}-p{P}-s1-00000000"
rng = np.random.default_rng(1)
noise = rng.normal(0, 0.05, (steps, P + 2, 16))
order = list(range(P))
if op == "mul":
    root = next(g for g in range(2, P) if len({pow(g, e, P) for e in range(P - 1)}) == P - 1)
    order = [pow(root, e, P) for e in range(P - 1)]
count = 0


def write(*records):
    global count
    data = b""
    for record in records:
        count += 1
        if record["kind"] == "end":
            record["records"] = count
        data += msgpack.packb(record)
    frame = zstandard.ZstdCompressor(write_checksum=True, write_content_size=True)
    sys.stdout.buffer.write(frame.compress(data))


def array(x):
    return {b"nd": True, b"type": x.dtype.str, b"kind": b"", b"shape": list(x.shape), b"data": x.tobytes()}


write({"kind": "head", "version": 1, "run": run, "seed": 1, "config": {"op": op, "modulus": P}, "provenance": []})
for step in range(steps):
    x = noise[step]
    t = 2 * np.pi * np.arange(len(order)) / len(order)
    for k, at, radius in (3, 0, 1.0), (8, 5, 0.6):
        x[order, at] += radius * step / (steps - 1) * np.cos(k * t)
        x[order, at + 1] += radius * step / (steps - 1) * np.sin(k * t)
    write({"kind": "tensor", "run": run, "step": step, "name": "transformer.wte.weight", "role": "param",
           "array": array(x.astype("<f4"))})
    write({"kind": "metrics", "run": run, "step": step, "tool": "grok-train", "values": {"train.test_acc": 0.5}})
write({"kind": "end", "run": run, "status": "complete"})
