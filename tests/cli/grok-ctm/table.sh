# The table as a stream: shapes, symmetry, known values; the same bytes with any number of threads.
grok-ctm --states 4 --depth 7 --threads 1 -o one.gts
grok-ctm --states 4 --depth 7 --threads 3 -o three.gts
cmp one.gts three.gts
grok-ctm --depth 7 | zstd -dcq | /usr/bin/python3 -c '
import sys, msgpack, msgpack_numpy as m, numpy as np
for r in msgpack.Unpacker(sys.stdin.buffer, object_hook=m.decode, max_buffer_size=0):
    if r["kind"] == "head":
        print(r["run"][:8], r["config"])
    elif r["kind"] == "metrics":
        v = r["values"]
        print("halting", v["ctm.halting"], "counted", round(v["ctm.counted"], 6), "unseen", v["ctm.unseen"])
    elif r["kind"] == "tensor":
        side = r["name"].split(".")[2]
        rows, cols = map(int, side.split("x"))
        x = r["array"]
        assert x.shape == (2 ** (rows * cols),) and r["role"] == "measure"
        assert np.array_equal(x, x[::-1], equal_nan=True) # complement: all digits flipped
        if side == "1x1":
            print("one cell", x.round(5))
        if side == "4x4":
            n = np.arange(65536)
            cells = (n[:, None] >> np.arange(15, -1, -1) & 1).reshape(-1, 4, 4)
            place = 1 << np.arange(15, -1, -1)
            for turned in (cells[:, ::-1], cells.swapaxes(1, 2)):
                assert np.array_equal(x, x[turned.reshape(-1, 16) @ place], equal_nan=True)
            print("simplest", np.flatnonzero(x == np.nanmin(x)))'
# A compact table holds the same; a shallow one of four symbols
grok-ctm --states 3 --symbols 4 --box 3x3 --depth 6 --compact -o four.bin
/usr/bin/python3 -c '
import os, sys
from pathlib import Path
sys.path.insert(0, os.environ["SRC"] + "/tests/ref")
from compact import compact
import numpy as np
ours, shipped = compact(Path("four.bin")), compact(Path(os.environ["SRC"]) / "formats/ctm-3-4.bin")
for shape in ours:
    seen = np.isfinite(ours[shape])
    # Fewer machines were counted, of each array, and of the share of those that halt.
    assert (ours[shape][seen] > shipped[shape][seen] - 0.01).all()
print("four symbols", [int(np.isfinite(ours[s, s]).sum()) for s in (1, 2, 3)])'
