# The records for two trained networks, of 2 and 6 layers; the second has two operations.
show() { zstd -dcq | /usr/bin/python3 "$SRC/tests/cli/grok-cma/records.py"; }
ref=$SRC/tests/ref/cma.gts
/usr/bin/python3 "$SRC/tests/cli/grok-cma/split.py" "$ref" # sub.gts, add.gts: one run each
echo "2 layers"
grok-cma --part attn --skip each,0-1 --null 3 --scan sub.gts | show
echo "6 layers, two operations"
grok-cma --part attn --skip each,0-5 --null 2 --scan --pairs 40 --positions all add.gts | show
echo "other parts"
grok-cma --sites none --skip 1,1.0,0.0-1 --part block,attn,mlp,heads --ablate mean sub.gts |
    zstd -dcq |
    /usr/bin/python3 -c '
import sys, msgpack
of = {r["of"]: r["values"] for r in msgpack.Unpacker(sys.stdin.buffer, max_buffer_size=0) if r["kind"] == "metrics"}
print(*of, sep="\n")
# c_proj is linear, so the mean of all heads is that of attention; single precision
near = lambda a, b: abs(of[a]["cma.loss"] - of[b]["cma.loss"]) < 1e-4
assert near("skip 1 attn-mean test", "skip 1 heads-mean test")
assert not near("skip 1 attn-mean test", "skip 1 block-mean test")
assert not near("skip 1 attn-mean test", "skip 1.0 heads-mean test")'
echo "the whole network alone"
grok-cma --sites none --skip none sub.gts | grok-ckpt table | cut -f 1-4
