"""show.py NAME,... - a line for each metrics record of grok-spectrum that has the first: step, of, values

A name with @ in front is a tensor of the same subject: its shape and first entries.
"""
import sys

import msgpack
import msgpack_numpy

names, tensors = sys.argv[1].split(","), {}
for r in msgpack.Unpacker(sys.stdin.buffer, object_hook=msgpack_numpy.decode, max_buffer_size=0):
    if r["kind"] == "tensor":
        tensors[r["step"], r["name"]] = r["array"]
    if r["kind"] != "metrics" or r["tool"] != "grok-spectrum" or "spectrum." + names[0] not in r["values"]:
        continue
    line = [str(r["step"]), r.get("of", "-")]
    for name in names:
        if name[0] == "@":
            x = tensors[r["step"], "spectrum." + name[1:] + (" " + r["of"] if "of" in r else "")]
            line.append("x".join(map(str, x.shape)) + str([round(float(v), 3) for v in x.ravel()[:6]]))
        else:
            line.append(f"{name}={round(r['values']['spectrum.' + name], 3):g}")
    print(*line)
