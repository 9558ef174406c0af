#!/usr/bin/python3
"""golden.py DIR - write the sample streams of formats/golden with msgpack-numpy and zstandard."""
import struct
import sys

import msgpack
import msgpack_numpy
import numpy as np
import zstandard


def frame(*records, sized=True):
    plain = b"".join(msgpack.packb(r, default=msgpack_numpy.encode) for r in records)
    if sized:
        return zstandard.ZstdCompressor(write_checksum=True).compress(plain)
    return zstandard.ZstdCompressor(write_checksum=True, write_content_size=False).compress(plain)


def head(run, **more):
    config = {"op": "add", "modulus": 5, "lr": 0.001, "tie": False}
    chain = [{"program": "golden.py", "version": "1", "options": []}]
    return {"kind": "head", "version": 1, "run": run, "seed": 1, "config": config,
            "provenance": chain, **more}


def tensor(run, step, name, array, role="param"):
    return {"kind": "tensor", "run": run, "step": step, "name": name, "role": role, "array": array}


def end(run, records):
    return {"kind": "end", "run": run, "status": "complete", "records": records}


def minimal(run="add-p5-s1-00000000"):
    array = np.arange(6, dtype="<f4").reshape(2, 3)
    metrics = {"kind": "metrics", "run": run, "step": 0, "tool": "grok-train",
               "values": {"train.test_acc": 0.25}}
    return [head(run), tensor(run, 0, "transformer.wte.weight", array), metrics, end(run, 4)]


def second(run="add-p5-s2-00000000"):
    """Every dtype, every odd shape, unknown keys and kinds."""
    rng = np.random.default_rng(2)
    records = [head(run, unknown=[1, {"a": None}])]
    for dtype in "<f4 <f8 <f2 <i4 <i8 |u1 <c8 <c16".split():
        real = rng.standard_normal((3, 2)) * 50
        array = (real + 1j * real[::-1] if "c" in dtype else np.abs(real)).astype(dtype)
        records.append(tensor(run, 7, "all." + dtype[1:], array, "measure"))
    records.append(tensor(run, 7, "scalar", np.array(2.5), "measure"))
    records.append(tensor(run, 7, "empty", np.zeros((0, 4), "<f4"), "measure"))
    records.append(tensor(run, 7, "größe/ü ☃", np.array([1, 2], "<i4"), "state"))
    records.append({"kind": "comment", "run": run, "text": "kinds may be added", "data": b"\0\1"})
    records.append({"kind": "metrics", "run": run, "step": 8, "tool": "grok-train", "of": "layer 0",
                    "values": {"train.x": float("nan"), "train.y": 3}, "later": True})
    records.append({"kind": "end", "run": run, "status": "interrupted",
                    "records": len(records) + 1})
    return records


def main(folder):
    first = minimal()
    hint = struct.pack("<II", 0x184D2A5E, 5) + b"hints"
    with open(folder + "/minimal.gts", "wb") as f:
        f.write(frame(first[0]) + frame(*first[1:3]) + frame(first[3]))
    with open(folder + "/plain.gts", "wb") as f:
        f.write(frame(*first, sized=False))
    with open(folder + "/two-runs.gts", "wb") as f:
        f.write(frame(first[0]) + frame(*first[1:3]) + hint + frame(first[3]))
        f.write(b"".join(frame(r) for r in second()) + hint)


main(sys.argv[1])
