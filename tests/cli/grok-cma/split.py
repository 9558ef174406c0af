"""split.py - the runs of a stream as files sub.gts and add.gts; BREAK in the environment damages the first

BREAK=missing NAME | twice NAME | shape NAME | nan NAME | nosplit | noop
"""
import os
import sys

import msgpack
import msgpack_numpy
import numpy as np
import zstandard

how, _, name = os.environ.get("BREAK", "").partition(" ")
z = zstandard.ZstdCompressor(write_checksum=True, write_content_size=True)
reader = zstandard.ZstdDecompressor().stream_reader(open(sys.argv[1], "rb"), read_across_frames=True)
runs = {}
for r in msgpack.Unpacker(reader, object_hook=msgpack_numpy.decode, max_buffer_size=0):
    out = runs.setdefault(r["run"], [])
    if r["kind"] == "tensor" and r["name"].startswith("ref."):
        continue
    if how == "nosplit" and r.get("name") == "data.split":
        continue
    if how == "noop" and r["kind"] == "head":
        del r["config"]["op"]
        r["config"]["vocab"] = r["config"]["modulus"] + 2
    if r.get("name") == name and r["run"].startswith("sub"):
        if how == "missing":
            continue
        if how == "twice":
            out.append(r)
        if how == "shape":
            r["array"] = r["array"].T.copy()
        if how == "nan":
            r["array"] = np.array(r["array"])
            r["array"].flat[5] = np.nan
    if r["kind"] == "end":
        r["records"] = len(out) + 1
    out.append(r)
for run, records in runs.items():
    with open(run[:3] + ".gts", "wb") as f:
        for r in records:
            f.write(z.compress(msgpack.packb(r, default=msgpack_numpy.encode)))
