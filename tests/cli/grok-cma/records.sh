# What comes out for two trained networks, of 2 and 6 layers; the second has two operations.
show() { zstd -dcq | /usr/bin/python3 "$SRC/tests/cli/grok-cma/records.py"; }
ref=$SRC/tests/ref/cma.gts
/usr/bin/python3 "$SRC/tests/cli/grok-cma/split.py" "$ref" # sub.gts, add.gts: one run each
echo "2 layers"
grok-cma --skip each,0-1 --null 3 --scan sub.gts | show
echo "6 layers, two operations"
grok-cma --skip each,0-5 --null 2 --scan --pairs 40 --positions all add.gts | show
echo "other parts"
for part in block attn mlp heads; do
    grok-cma --sites none --skip 1 --part $part --ablate mean sub.gts
done | zstd -dcq | /usr/bin/python3 -c '
import sys, msgpack
for r in msgpack.Unpacker(sys.stdin.buffer, max_buffer_size=0):
    if r["kind"] == "metrics":
        print(r["of"], "%.4f %.3f" % (r["values"]["cma.acc"], r["values"]["cma.loss"]))'
