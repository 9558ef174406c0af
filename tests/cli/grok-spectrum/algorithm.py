"""algorithm.py STREAM REFERENCE - compare the records of grok-spectrum --algorithm with tests/ref/algorithm.txt"""
import math
import subprocess
import sys

import msgpack
import msgpack_numpy

metrics = {}
unpacker = msgpack.Unpacker(object_hook=msgpack_numpy.decode, max_buffer_size=0)
unpacker.feed(subprocess.run(["zstd", "-dcq", sys.argv[1]], stdout=subprocess.PIPE, check=True).stdout)
for r in unpacker:
    if r["kind"] == "metrics" and r["tool"] == "grok-spectrum":
        metrics.setdefault((r["run"], r.get("of", "")), {}).update(r["values"])
checked, worst = 0, 0
for line in open(sys.argv[2]):
    run, op, value, name = line.split(maxsplit=3)
    name, _, layer = name.strip().partition(" ")
    of = " ".join(word for word in (layer, op) if word and word != "-")
    have, want = metrics[run, of]["spectrum." + name], float(value)
    checked += 1
    assert math.isnan(have) == math.isnan(want), (line, have)
    if not math.isnan(want):
        worst = max(worst, abs(have - want))
        # a network in float32 against one in float64
        assert abs(have - want) < 2e-5, (line, have)
print(checked, "numbers agree")
