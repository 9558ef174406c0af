# npz and safetensors, there and back, bit for bit; read and written by numpy
grok-train --modulus 11 --layers 2 --width 16 --heads 2 --steps 6 --save 2,6 --batch full -o run.gts
grok-ckpt select --step last --kind tensor run.gts -o last.gts
same() { grok-ckpt diff --kind head,tensor "$@" && echo same; }
grok-ckpt export model run.gts
ls model
grok-ckpt import model -o back.gts
same last.gts back.gts
grok-ckpt export --to npz last.npz run.gts
grok-ckpt import last.npz | same last.gts -
# shellcheck disable=SC2002 # a pipe is not a file
cat run.gts | grok-ckpt export --to npz --step 0.. - >all.npz
grok-ckpt import all.npz | same run.gts -
TZ=Asia/Tokyo grok-ckpt export --to npz - run.gts | cmp - last.npz
echo "every type, every role:"
grok-ckpt select --run '*-s2-*' "$SRC/formats/golden/two-runs.gts" -o golden.gts
grok-ckpt export --to npz --step 7 golden.npz golden.gts
grok-ckpt import --step 7 golden.npz | same golden.gts -
echo "config.json:"
sed -n '2,/torch_dtype/p' model/config.json
/usr/bin/python3 - <<'EOF'
import json, struct
import numpy as np
d = np.load("all.npz", allow_pickle=False)
steps = sorted({f.split("/")[0] for f in d.files if f[0].isdigit()})
print(steps, d["6/transformer.wte.weight"].shape, json.loads(d["config.json"])["grok"]["config"]["modulus"])
# the safetensors layout by its definition
raw = open("model/model.safetensors", "rb").read()
n, = struct.unpack("<Q", raw[:8])
head, at = json.loads(raw[8:8 + n]), 0
assert n % 8 == 0 and head.pop("__metadata__") == {"format": "pt"}
for name, t in sorted(head.items(), key=lambda x: x[1]["data_offsets"]):
    begin, end = t["data_offsets"]
    assert begin == at and t["dtype"] == "F32"
    at = end
    assert raw[8 + n + begin:8 + n + end] == d["6/" + name].tobytes() and list(d["6/" + name].shape) == t["shape"]
assert at == len(raw) - 8 - n
# what numpy writes
x = {"a/b": np.arange(6.).reshape(2, 3), "å☃": np.array(3, "i8"),
     "f": np.asfortranarray(np.arange(12, dtype="i2").reshape(3, 4)),
     "swap": np.arange(3, dtype=">f4"), "bool": np.array([True, False]), "u4": np.array([2**32 - 1], "u4"),
     "7/measure/m": np.zeros((0, 5), "c16")}
np.savez("theirs.npz", **x)
np.savez_compressed("packed.npz", **x)
np.save("theirs.npy", x["f"])
EOF
for file in theirs.npz packed.npz; do grok-ckpt import $file | grok-ckpt ls --kind tensor |
    cut -f 3-9; done
grok-ckpt import theirs.npz | grok-ckpt get --text f
grok-ckpt import theirs.npz | grok-ckpt get --text swap
grok-ckpt import - <theirs.npy | grok-ckpt get --text array
