"""Check what grok-llc wrote against what formats/llc.md says; print names and shapes, no numbers."""
import math
import sys

import msgpack
import msgpack_numpy

last = {}
for r in msgpack.Unpacker(sys.stdin.buffer, object_hook=msgpack_numpy.decode, max_buffer_size=0):
    if r["kind"] == "metrics" and r["tool"] == "grok-llc":
        v = {k[4:]: x for k, x in r["values"].items()}
        of = r.get("of") or ""
        print("step %d of '%s': %s" % (r["step"], of, " ".join(v)))
        raw = v["nbeta"] * (v["mean_loss"] - v["loss"])
        if v["status"] < 10:
            assert abs(v["lambda"] - raw) < 1e-6 * max(1, abs(raw)), (v["lambda"], raw)
        else:
            assert math.isnan(v["lambda"]), v
        assert abs(v["ceiling"] - v["nbeta"] * (math.log(16) - v["loss"])) < 1e-6
        assert 0 <= v["mean_acc"] <= 1 and 0 <= v["acc"] <= 1
        assert v["nbeta"] == 5 or abs(v["nbeta"] - v["equations"] / math.log(v["equations"])) < 1e-9
        last[of] = v
    elif r["kind"] == "tensor" and r["name"].startswith("llc."):
        x = r["array"]
        print("step %d %s %s %s" % (r["step"], r["name"], x.dtype, x.shape))
        if r["name"] == "llc.traces":
            assert abs(x.mean() - last[""]["mean_loss"]) < 1e-12
        if r["name"] == "llc.heads":
            for row in range(2):
                for h in range(2):
                    one = last["head %d.%d" % (row, h)]["lambda"]
                    assert x[row, h] == x.dtype.type(one) or (math.isnan(one) and math.isnan(x[row, h]))
