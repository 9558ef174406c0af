#!/usr/bin/python3
"""make.py NAME... - a stream of a run with one small tensor for each name, \\x escapes allowed

make.py -n COUNT: COUNT tensors called t0 t1 ...  Written with Debian's msgpack and zstandard alone.
"""
import sys

import msgpack
import zstandard

RUN = "add-p5-s1-00000000"
args = sys.argv[1:]
if args[:1] == ["-n"]:
    names = [f"t{i}" for i in range(int(args[1]))]
else:
    names = [a.encode().decode("unicode_escape").encode("latin-1").decode() for a in args]


def frame(*records):
    data = b"".join(msgpack.packb(r) for r in records)
    return zstandard.ZstdCompressor(write_checksum=True, write_content_size=True).compress(data)


def tensor(i, name):
    array = {b"nd": True, b"type": "<f4", b"kind": b"", b"shape": [2],
             b"data": i.to_bytes(4, "little") * 2}
    return {"kind": "tensor", "run": RUN, "step": 0, "name": name, "role": "param", "array": array}


out = sys.stdout.buffer
out.write(frame({"kind": "head", "version": 1, "run": RUN, "seed": 1, "config": {"op": "add"},
                 "provenance": [{"program": "make.py", "version": "1", "options": []}]}))
for i in range(0, len(names), 100):
    out.write(frame(*(tensor(i + k, name) for k, name in enumerate(names[i:i + 100]))))
out.write(frame({"kind": "end", "run": RUN, "status": "complete", "records": len(names) + 2}))
