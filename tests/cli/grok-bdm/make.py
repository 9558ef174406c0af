"""make.py MODE - write a stream of one run, made with numpy, for the tests of grok-bdm

weights: two checkpoints of some matrices, vectors, a measure; binary: 0s and 1s; nan: one weight is NaN
"""
import sys

import msgpack
import msgpack_numpy
import numpy as np
import zstandard

mode = sys.argv[1]
rng = np.random.default_rng(5)
run = "test"
records = [{"kind": "head", "version": 1, "run": run, "seed": 1, "config": {}, "provenance": []}]


def tensor(step, name, array, role="param"):
    records.append({"kind": "tensor", "run": run, "step": step, "name": name, "role": role,
                    "array": array})


def metrics(step):
    records.append({"kind": "metrics", "run": run, "step": step, "tool": "train",
                    "values": {"train.test_acc": step / 100}})


tensor(0, "data.split", np.ones((5, 5), np.uint8), "measure")
if mode == "binary":
    tensor(0, "zeros", np.zeros((8, 8), np.float32))
    tensor(0, "ones", np.ones((12, 12), np.float32))
    metrics(0)
for step in (0, 100) if mode != "binary" else ():
    waves = np.add.outer(np.sin(np.arange(30) / 3), np.cos(np.arange(46) / 2))
    for name, x in {
        "transformer.wte.weight": rng.normal(size=(33, 16)),
        "transformer.h.0.ln_1.weight": np.ones(16),
        "transformer.h.0.attn.c_attn.weight": waves if step else rng.normal(size=(30, 46)),
        "transformer.h.0.mlp.c_fc.weight": rng.normal(size=(16, 64)) ** 5,
        "transformer.h.1.attn.c_attn.weight": np.tile(rng.normal(size=(4, 4)), (4, 12)),
        "transformer.h.1.mlp.c_fc.weight": np.zeros((16, 64)),
        "lm_head.weight": rng.normal(size=(3, 16)),
    }.items():
        x = x.astype(np.float32)
        if mode == "nan" and step and name == "transformer.wte.weight":
            x[2, 2] = np.nan
        tensor(step, name, x)
    tensor(step, "adam.m", rng.normal(size=(16, 16)).astype(np.float32), "state")
    metrics(step)
records.append({"kind": "end", "run": run, "status": "complete", "records": len(records) + 1})
for r in records:
    sys.stdout.buffer.write(zstandard.compress(msgpack.packb(r, default=msgpack_numpy.encode)))
