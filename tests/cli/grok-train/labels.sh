# shellcheck shell=bash
# Random labels are memorised, not generalised, and every filter uses them.
grok-train -p 23 --op add,div --labels random --steps 400 --batch full --save 300 --threads 1 \
    -o run.gts
grok-spectrum -t --progress-measures --keys own run.gts | grok-cma -t --pairs 8 --skip each |
    grok-llc --step 300 --chains 1 --draws 2 --burn-in 1 --threads 1 -q -o measured.gts
zstd -dcq run.gts measured.gts | /usr/bin/python3 -c '
import sys, msgpack, msgpack_numpy as m
label = split = None
acc, seen = {}, {}
for r in msgpack.Unpacker(sys.stdin.buffer, object_hook=m.decode, max_buffer_size=0):
    if r["kind"] == "tensor" and r["name"] == "data.labels":
        label = r["array"]
    elif r["kind"] == "tensor" and r["name"] == "data.split":
        split = r["array"]
    elif r["kind"] == "metrics":
        for key, x in r["values"].items():
            seen[r["step"], r.get("of"), key] = x
print(label.dtype, label.shape, label.min(), label.max(), ((label == -1) == (split == 0)).all())
# 1035 labels: 45 of each answer, with a deviation of 6.6
n = [(label == c).sum() for c in range(23)]
print(len(n), min(n) > 45 - 4 * 6.6 and max(n) < 45 + 4 * 6.6)
last = 400
train, test = seen[last, None, "train.train_acc"], seen[last, None, "train.test_acc"]
print("train", train, "test at chance:", abs(test - 1 / 23) < 4 * (1 / 23 * 22 / 23 / (split == 2).sum()) ** .5)
print("cma agrees:", seen[last, "none train", "cma.acc"] == train and seen[last, "none test", "cma.acc"] == test)
# the training loss again, summed by another program in another order
a, b = seen[300, None, "llc.loss"], seen[300, None, "train.train_loss"]
print("llc agrees:", abs(a / b - 1) < 1e-4)
# of the network on 23 answers instead of all tokens: the others are never right, so hardly a
# difference
for op in ("add", "div"):
    train, test = (seen[last, op, "spectrum.full_loss_" + part] for part in ("train", "test"))
    print(op, "spectrum agrees:", train < .01 < 4 < test)
'
# Without data.labels a filter refuses rather than go by the rule.
code=0
grok-ckpt select --name 'trans*' run.gts | grok-cma --pairs 8 >/dev/null 2>said || code=$?
echo "$(cat said), status $code"
