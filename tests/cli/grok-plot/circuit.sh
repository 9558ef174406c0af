# The circuit of a network: its nodes, its lines; one without a way to the logits; arrays that are none.
/usr/bin/python3 "$SRC/tests/cli/grok-cma/split.py" "$SRC/tests/ref/cma.gts"
grok-cma --sites none --skip none --edges --threshold 0.2 sub.gts >edges.gts
grok-plot circuit edges.gts -o circuit.gp
grok-plot circuit edges.gts -o circuit.svg
/usr/bin/python3 -c 'import sys, xml.etree.ElementTree as x; x.parse(sys.argv[1])' circuit.svg
grep -oE '"(embedding|logits|MLP [0-9]|[0-9]\.[0-9]|query|MLP, logits|step 3k)"' circuit.gp | sort -u
# By hand: 1 layer, 1 head; embedding to value, head to logits, embedding to MLP (on no way), in this order
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
echo "no way to the logits:"
hand '[[0, 2], [0, 3]]' '(3, 5)' | grep -c ' back lw'
for bad in "'[[0, 7]]' '(3, 5)'" "'[[2, 0]]' '(3, 5)'" "'[[0, 2]]' '(4, 5)'" "'[[-1, 2]]' '(3, 5)'"; do
    { { eval "hand $bad" >/dev/null; } 2>&1 && echo "drawn"; } || true
done
grok-plot circuit sub.gts -o none.svg || echo "status $?"
