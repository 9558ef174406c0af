# Models as saved by transformers and safetensors: they compute the same after import, or are
# refused by name
export PYTHONPATH=$SRC/tests/cli/grok-ckpt
try() {
    echo "\$ $*"
    { "$@" >/dev/null </dev/null; } 2>&1 && s=0 || s=$?
    echo "status $s"
}
# accuracy and loss on the training equations, by grok-cma
score() {
    grok-cma -q --sites none --skip 0-0 "$@" | grok-ckpt table --name cma.acc,cma.loss |
        awk -F '\t' '$4 == "none train" { print $6 }'
}
for tie in '' --tie; do
    # shellcheck disable=SC2086 # an option or nothing
    grok-train --op sub --modulus 7 --layers 2 --width 16 --heads 4 $tie --init-scale 0.3 \
        --steps 10 --save 10 \
        --batch full -o run.gts
    grok-ckpt export model$tie run.gts
done

echo "other heads than the object grok says, other settings, a part of the settings:"
/usr/bin/python3 - <<'EOF'
import shutil
from gpt2 import load, save
config, w = load("model")
bare = {k: v for k, v in config.items() if k != "grok"}
for name, change in (("heads2", {"n_head": 2}), ("eps", {"layer_norm_epsilon": 0.01}),
                     ("relu", {"activation_function": "relu"}),
                     ("alike", {"activation_function": "gelu_python"})):
    save(name, {**config, **change}, w)
save("part", {**bare, "grok": {"config": {"op": "sub", "modulus": 7}}}, w)
save("bare", bare, w)
save("eps-bare", {**bare, "layer_norm_epsilon": 0.01}, w)
save("noscale-bare", {**bare, "scale_attn_weights": False}, w)
for name in ("heads2", "part", "alike"):
    shutil.copy("model/data.safetensors", name)
EOF
try grok-ckpt import heads2
try grok-ckpt import eps
try grok-ckpt import relu
grok-ckpt import model | score >ours.txt
grok-ckpt import --config heads=2 heads2 | score >two.txt
for model in part alike; do grok-ckpt import $model | score | cmp - ours.txt; done
grok-ckpt import --config op=sub,modulus=7 bare | grok-ckpt ls --kind head | cut -f 9
/usr/bin/python3 - <<'EOF'
import numpy as np
from gpt2 import score
want = [score(model, 7) for model in ("model", "heads2")]
got = [np.loadtxt(file) for file in ("ours.txt", "two.txt")]
# float32 against double over sums of a few dozen terms
assert np.allclose(want, got, rtol=1e-5, atol=0), (want, got)
assert abs(want[0][1] - want[1][1]) > 1e-3
EOF
echo "settings that our network has not are kept:"
for model in eps-bare noscale-bare; do
    grok-ckpt import $model -o $model.gts 2>said
    cat said
    grok-ckpt export back-$model $model.gts
    grok-ckpt import -q back-$model | grok-ckpt diff - $model.gts
    grok-bdm -q --include '*c_fc*' $model.gts | grok-ckpt table --name bdm.weights | tail -n 1 |
        cut -f 6
    /usr/bin/python3 - $model <<'EOF'
import sys
import numpy as np
from gpt2 import load, logits
tokens = np.array([[a, 7, b, 8] for a in range(7) for b in range(7)])
there, back, ours = (logits(*load(m), tokens) for m in (sys.argv[1], "back-" + sys.argv[1], "bare"))
print((there == back).all(), abs(there - ours).max() > 1e-3)
EOF
done

echo "one tensor under two names, prefixes, masks, more positions:"
/usr/bin/python3 - <<'EOF'
import shutil
import numpy as np
from gpt2 import load, save
config, w = load("model--tie")
alias = {("lm_head.weight" if k == "transformer.wte.weight" else k): v for k, v in w.items()}
save("alias", config, alias, {"transformer.wte.weight": "lm_head.weight"})
save("compiled", config, {"_orig_mod." + k: v for k, v in w.items()})
save("headless", config, {k.removeprefix("transformer."): v for k, v in w.items()})
masks = {f"transformer.h.{i}.attn.bias": np.tri(6, dtype=bool).reshape(1, 1, 6, 6) for i in range(2)}
masks |= {f"transformer.h.{i}.attn.masked_bias": np.array(-1e4) for i in range(2)}
longer = np.concatenate([w["transformer.wpe.weight"], np.ones((2, 16), "f4")])
save("masks", {**config, "n_positions": 6}, {**w, **masks, "transformer.wpe.weight": longer})
save("torn", config, {**w, "lm_head.weight": w["transformer.wte.weight"] + 1})
for name in ("alias", "compiled", "headless", "masks", "torn"):
    shutil.copy("model--tie/data.safetensors", name)
EOF
grok-ckpt import model--tie | score >ours.txt
for model in alias compiled headless masks; do
    grok-ckpt import $model -o $model.gts
    score $model.gts | cmp - ours.txt
    grok-spectrum -q $model.gts >/dev/null
    grok-bdm -q --null 2 $model.gts | grok-ckpt table --name bdm.weights | tail -n 1 | cut -f 6
done
grok-ckpt ls --name '*wte*,lm_head*' alias.gts | cut -f 6,9 | sed 's| kernel=[^ ]*||'
grok-ckpt export back alias.gts
grep -c '"tie_word_embeddings":.true' back/config.json
try grok-ckpt import torn

echo "models in several files, by their index:"
/usr/bin/python3 - <<'EOF'
import json
import os
import shutil
from gpt2 import load, save_tensors
config, w = load("model")
for name in ("shards", "lost", "lies", "noindex"):
    os.mkdir(name)
    shutil.copy("model/config.json", name)
    shutil.copy("model/data.safetensors", name)
    half = sorted(w)[:10]
    parts = {"model-00001-of-00002.safetensors": {k: w[k] for k in half},
             "model-00002-of-00002.safetensors": {k: w[k] for k in w if k not in half}}
    for part, tensors in parts.items():
        save_tensors(f"{name}/{part}", tensors)
    with open(f"{name}/model.safetensors.index.json", "w", encoding="utf-8") as f:
        json.dump({"metadata": {}, "weight_map": {k: part for part, tensors in parts.items() for k in tensors}}, f)
save_tensors("shards/old.safetensors", {"lm_head.weight": w["lm_head.weight"] + 1})
os.remove("lost/model-00002-of-00002.safetensors")
save_tensors("lies/model-00002-of-00002.safetensors", {"other": w["lm_head.weight"]})
os.remove("noindex/model.safetensors.index.json")
os.remove("noindex/model-00001-of-00002.safetensors")
EOF
grok-ckpt import model -o one.gts
grok-ckpt import shards 2>said | grok-ckpt diff - one.gts && echo same
cat said
try grok-ckpt import lost
try grok-ckpt import lies
try grok-ckpt import noindex
echo "a training set of one's own, by a type or values that say something else:"
/usr/bin/python3 - <<'EOF'
import json, numpy as np
def split(folder, a, dtype):
    h = json.dumps({"data.split": {"dtype": dtype, "shape": a.shape, "data_offsets": [0, a.nbytes]}}).encode()
    open(folder + "/data.safetensors", "wb").write(len(h).to_bytes(8, "little") + h + a.tobytes())
import shutil
own = 1 + (np.arange(49).reshape(7, 7) % 3 > 0)
for name, a, dtype in (("own", own.astype("u1"), "U8"), ("wide", own, "I64"), ("mask", own == 1, "BOOL")):
    shutil.copytree("bare", name, dirs_exist_ok=True)
    split(name, a, dtype)
EOF
accuracies() {
    grok-ckpt import --config op=sub,modulus=7 "$1" | grok-cma -q --sites none --skip none |
        grok-ckpt table --name cma.acc | awk -F '\t' 'NR > 1 { print $4, $6 }'
}
# 17 of 49 equations are for training; without a split all are for testing
{ accuracies bare; accuracies own; } | awk '{ print $1, $2 } { a[NR] = $3 }
    END { print (17 * a[2] + 32 * a[3] - 49 * a[1]) ^ 2 < 1e-18 ? "the same on all" : "differs" }'
for model in wide mask; do
    grok-ckpt import --config op=sub,modulus=7 $model -o $model.gts
    grok-cma $model.gts -o none.gts 2>&1 | sed "s/run '.*' step/run step/" || true
done
echo "no configuration at all:"
rm own/config.json
grok-ckpt import own | grok-cma -o none.gts 2>&1 | sed 's/own-[0-9a-f]*/own/' || true
