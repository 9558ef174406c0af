"""runs.py OP SEEDS [CENTRE] - write runs of metrics with known transitions

Evaluations every 20 steps to 4000.  Test accuracy rises at CENTRE (1000) times 1.02 to the power of
seed - 3, train accuracy at 100; x.early falls at a third of that step, x.late rises at twice, x.same
at 1.05 times; x.noise is noise.  x.part is of "layer 0".
"""
import math
import sys

import msgpack
import numpy as np
import zstandard

op, seeds = sys.argv[1], [int(s) for s in sys.argv[2].split(",")]
base = float(sys.argv[3]) if len(sys.argv) > 3 else 1000
frame = zstandard.ZstdCompressor(write_checksum=True, write_content_size=True)


def rise(step, centre, width=0.02):
    x = 1 / (1 + math.exp((math.log10(1 + centre) - math.log10(1 + step)) / width))
    return round(x, 6)  # the same on every machine


for seed in seeds:
    run = f"{op}-p97-s{seed}-00000000"
    centre = base * 1.02 ** (seed - 3)
    noise = np.random.default_rng(seed)
    records = [{"kind": "head", "version": 1, "run": run, "seed": seed, "config": {"op": op, "seed": seed},
                "provenance": []}]
    for step in range(0, 4001, 20):
        values = {
            "train.train_acc": rise(step, 100),
            "train.test_acc": rise(step, centre),
            "x.early": 5 - 3 * rise(step, centre / 3),
            "x.same": rise(step, 1.05 * centre),
            "x.late": rise(step, 2 * centre),
            "x.noise": noise.normal(),
            "x.missing": float("nan"),
        }
        metrics = {"kind": "metrics", "run": run, "step": step, "tool": "runs"}
        records.append({**metrics, "values": values})
        records.append({**metrics, "of": "layer 0", "values": {"x.part": 1 - rise(step, centre)}})
    records.append({"kind": "end", "run": run, "status": "complete", "records": len(records) + 1})
    sys.stdout.buffer.write(frame.compress(b"".join(msgpack.packb(r) for r in records)))
