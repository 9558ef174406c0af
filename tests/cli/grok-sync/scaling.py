"""scaling.py - networks of five moduli that generalise at p^2.2 / 5, layers whose K falls with their effect

    scaling.py runs      metrics of the networks
    scaling.py mixed     the same, but of other weight decays
    scaling.py layers    one network of eight layers
    scaling.py machine   the singular feature machine's n*, ten times the step
"""
import math
import sys

import msgpack
import zstandard

frame = zstandard.ZstdCompressor(write_checksum=True, write_content_size=True)


def rise(step, centre):
    return round(1 / (1 + math.exp((math.log10(1 + centre) - math.log10(1 + step)) / 0.005)), 6)


def write(run, config, metrics):
    records = [{"kind": "head", "version": 1, "run": run, "seed": 1, "config": config, "provenance": []}]
    for step, of, values in metrics:
        record = {"kind": "metrics", "run": run, "step": step, "tool": "made-up", "values": values}
        records.append(record | ({"of": of} if of else {}))
    records.append({"kind": "end", "run": run, "status": "complete", "records": len(records) + 1})
    sys.stdout.buffer.write(frame.compress(b"".join(msgpack.packb(r) for r in records)))


for p in (31, 43, 59, 79, 97):
    config = {"op": "sub", "modulus": p, "layers": 2, "width": 64, "steps": 10000, "weight_decay": 1.0}
    centre = p ** 2.2 / 5
    if sys.argv[1] == "mixed":
        config["weight_decay"] = p / 31
    if sys.argv[1] in ("runs", "mixed"):
        steps = [round(1.01 ** i) for i in range(0, 920)]
        write(f"p{p}", config, [(s, None, {"train.train_acc": rise(s, 20), "train.test_acc": rise(s, centre)})
                                for s in sorted(set(steps))])
    elif sys.argv[1] == "machine":
        write(f"m{p}", {"modulus": p}, [(0, None, {"sfm.crossover": 10 * centre})])
if sys.argv[1] == "layers":
    metrics = []
    for step in (0, 1000):
        for layer in range(8):
            fall = 0.01 * layer if step else 0
            metrics.append((step, f"layer {layer}", {"bdm.bits": 1000 * (1 - fall), "cma.mean_abs": 5.0 - layer / 2}))
    write("deep", {"layers": 8}, metrics)
