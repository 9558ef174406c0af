"""topology.py KIND [OP] - a stream whose embedding (99, 16) has its first 97 rows on a regular 97-gon

KIND: ring, in the order of OP's residues (add, or mul: 1 to 96 in that of logarithms), at frequency 5;
shuffled: the same rows in random order; noise.
"""
import sys

import msgpack
import numpy as np
import zstandard

kind, op = sys.argv[1], (sys.argv[2:] or ["add"])[0]
P, rng = 97, np.random.default_rng(2)
order = np.arange(P) if op == "add" else np.array([pow(5, e, P) for e in range(P - 1)])
x = np.zeros((P + 2, 16))
t = 2 * np.pi * 5 * np.arange(len(order)) / len(order)
x[order, 3], x[order, 8] = np.cos(t), np.sin(t)
if kind == "shuffled":
    x[:P] = x[rng.permutation(P)]
if kind == "noise":
    x = rng.normal(size=x.shape)
x = x.astype("<f4")
array = {b"nd": True, b"type": "<f4", b"kind": b"", b"shape": list(x.shape), b"data": x.tobytes()}
for record in (
    {"kind": "head", "version": 1, "run": "r", "seed": 1, "config": {"op": op, "modulus": P}, "provenance": []},
    {"kind": "tensor", "run": "r", "step": 0, "name": "transformer.wte.weight", "role": "param", "array": array},
    {"kind": "end", "run": "r", "status": "complete", "records": 3},
):
    frame = zstandard.ZstdCompressor(write_checksum=True, write_content_size=True)
    sys.stdout.buffer.write(frame.compress(msgpack.packb(record)))
