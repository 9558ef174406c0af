"""show.py KEY,... - metrics of grok-bdm as text: step, of, and the values with these names"""
import sys

import msgpack
import msgpack_numpy

for r in msgpack.Unpacker(sys.stdin.buffer, object_hook=msgpack_numpy.decode, max_buffer_size=0):
    if r["kind"] == "metrics" and r["tool"] == "grok-bdm":
        print(r["step"], r.get("of", "all"), *(f"{k}={r['values'].get('bdm.' + k, 'absent'):.9g}"
                                             for k in sys.argv[1].split(",")))
