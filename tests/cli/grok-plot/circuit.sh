# The circuit of a network: its nodes and lines; one without a path to the logits; arrays that are
# no circuit.
/usr/bin/python3 "$SRC/tests/cli/grok-cma/split.py" "$SRC/tests/ref/cma.gts"
grok-cma --sites none --skip none --edges --threshold 0.2 sub.gts >edges.gts
grok-plot circuit edges.gts -o circuit.gp
grok-plot circuit edges.gts -o circuit.svg
/usr/bin/python3 -c 'import sys, xml.etree.ElementTree as x; x.parse(sys.argv[1])' circuit.svg
grep -oE '"(embedding|logits|MLP [0-9]|[0-9]\.[0-9]|query|MLP, logits|step 3k)"' circuit.gp |
    sort -u
# No line runs through the white box of a name, in what was measured and where every edge is drawn.
clear() {
    /usr/bin/python3 - "$1" <<'END'
import re, sys
text = open(sys.argv[1]).read()
pair = r"(-?[\d.]+),(-?[\d.]+)"
numbers = lambda pattern: [tuple(map(float, m)) for m in re.findall(pattern, text)]
boxes = numbers(f"rect center {pair} size {pair}")
lines = numbers(f"arrow from {pair} to {pair} nohead back lw")
assert len(boxes) > 3 and len(lines) > 3
for x, y, w, h in boxes:
    for x0, y0, x1, y1 in lines:
        for i in range(41):
            t = i / 40
            assert abs(x0 + t * (x1 - x0) - x) > w / 2 or abs(y0 + t * (y1 - y0) - y) > h / 2, (x, y, x0, y0, x1, y1)
END
}
clear circuit.gp
# By hand: 1 layer, 1 head; embedding to value, head to logits, embedding to MLP (on no way), in
# this order
cat >hand.py <<'END'
import sys
import msgpack, msgpack_numpy, numpy as np, zstandard
graph = np.array(eval(sys.argv[1]), dtype="<i4")
edge = np.zeros(eval(sys.argv[2]), dtype="<f4")
edge[:] = 2
if edge.shape == (3, 5):
    edge[1, 4] = -1
head = {"kind": "head", "version": 1, "run": "r", "seed": 1, "config": {}, "provenance": []}
tensor = lambda name, a: {"kind": "tensor", "run": "r", "step": 5, "name": name, "role": "measure", "array": a}
z = zstandard.ZstdCompressor(write_checksum=True, write_content_size=True)
for r in head, tensor("cma.edge", edge), tensor("cma.graph", graph), {
        "kind": "end", "run": "r", "status": "complete", "records": 4}:
    sys.stdout.buffer.write(z.compress(msgpack.packb(r, default=msgpack_numpy.encode)))
END
hand() { /usr/bin/python3 hand.py "$1" "$2" | grok-plot circuit --format script; }
hand '[[0, 2], [1, 4], [0, 3]]' '(3, 5)' | grep ' back lw' | sed 's/from.*nohead/.../'
echo "of three layers of four heads, one head: three rows, one column"
hand '[[0, 23], [8, 39]]' '(16, 40)' >one.gp
grep -oE 'size [0-9]+,[0-9]+' one.gp | head -n 1
grep -oE '"(embedding|1.2|logits)" at screen [0-9.]+' one.gp
echo "no way to the logits:"
hand '[[0, 2], [0, 3]]' '(3, 5)' | grep -c ' back lw'
# 3 layers of 4 heads: every edge upwards; senders 16, receivers 40.
every=$(/usr/bin/python3 -c 'H = 4
layer = lambda node: -1 if node == 0 else (node - 1) // (H + 1) + .5 * ((node - 1) % (H + 1) == H)
print([[s, r] for s in range(16) for r in range(40)
       if layer(s) < r // (3 * H + 1) + .5 * (r % (3 * H + 1) == 3 * H)])')
hand "$every" '(16, 40)' >every.gp
clear every.gp
grok-plot circuit --size 330x160 edges.gts -o none.svg || echo "status $?"
for bad in "'[[0, 7]]' '(3, 5)'" "'[[2, 0]]' '(3, 5)'" "'[[0, 2]]' '(4, 5)'" "'[[-1, 2]]' '(3, 5)'"; do
    { { eval "hand $bad" >/dev/null; } 2>&1 && echo "drawn"; } || true
done
grok-plot circuit sub.gts -o none.svg || echo "status $?"
