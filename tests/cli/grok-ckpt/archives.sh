# npz and npy of other programs: read as numpy reads them; arrays that a stream cannot hold are left
# out and named
try() {
    echo "\$ $*"
    { "$@" >/dev/null </dev/null; } 2>&1 && s=0 || s=$?
    echo "status $s"
}
list() { grok-ckpt ls --kind tensor | cut -f 3-6,9; }
/usr/bin/python3 - <<'EOF'
import json, struct, zipfile
import numpy as np
x = np.arange(12, dtype="f4").reshape(3, 4)
np.savez("numbers.npz", **{"0/kernel": x, "10/kernel": x, "state/mean": x[0], "measure/x": x[1]})
np.savez("mixed.npz", emb=x, labels=np.array(["a", "b"]), meta=np.array([{}], dtype=object),
         pairs=np.zeros(2, "f4,i4"), when=np.array(["2020-01-01"], "M8[D]"), wide=np.zeros(2, "f2"))
np.savez("text.npz", format=b"csr")
np.save("x.npy", x)
array = open("x.npy", "rb").read()
with zipfile.ZipFile("odd.npz", "w") as f:
    f.writestr("sub/", "")
    f.writestr("sub/a.npy", array)
    f.writestr("b", array)
    f.writestr("readme.txt", "hello, this is no array")
    f.writestr("c.npy", "nor this")
zipfile.ZipFile("empty.npz", "w").close()
# 8-bit floats beside a type that a stream cannot hold
head = json.dumps({"q": {"dtype": "F8_E4M3", "shape": [4], "data_offsets": [0, 4]},
                   "r": {"dtype": "F8_E5M2", "shape": [2], "data_offsets": [4, 6]},
                   "s": {"dtype": "F4", "shape": [4], "data_offsets": [6, 8]}}).encode()
open("f8.safetensors", "wb").write(struct.pack("<Q", len(head)) + head + bytes([0x38, 0xB9, 1, 0x7E, 0x3C, 0x7B, 1, 2]))
EOF
for file in numbers.npz mixed.npz odd.npz; do { grok-ckpt import $file -o file.gts; } 2>&1 &&
    list <file.gts; done
grok-ckpt import --name 'emb,wi*' mixed.npz | list
try grok-ckpt import --name meta mixed.npz
try grok-ckpt import --name absent mixed.npz
try grok-ckpt import text.npz
grok-ckpt import --run r empty.npz -o file.gts 2>&1 && grok-ckpt ls file.gts
grok-ckpt import f8.safetensors -o f8.gts 2>&1
grok-ckpt get --text q f8.gts
grok-ckpt get --text r f8.gts
try grok-ckpt import --name s f8.safetensors
echo "what is none of these:"
gzip -c x.npy >x.npy.gz
printf 'version https://git-lfs.github.com/spec/v1\noid sha256:0\n' >pointer.npz
for file in x.npy.gz pointer.npz f8.gts; do try grok-ckpt import $file; done
echo "from pipes, each format:"
for file in x.npy odd.npz f8.safetensors; do
    grok-ckpt import -q $file >file.gts
    # shellcheck disable=SC2002 # a pipe is not a file
    cat $file | grok-ckpt import -q - | list
    grok-ckpt import -q --run r <(cat $file) | list
done
echo "ids:"
cp x.npy y.npy
mkdir sub && cp x.npy "sub/a b.npy"
for file in x.npy y.npy "sub/a b.npy" odd.npz; do
    grok-ckpt import -q "$file" | grok-ckpt ls --runs | sed -n 's/-[0-9a-f]\{8\}\t.*/-HASH/p'
done
echo "ours, changed in numpy and saved again:"
grok-train --modulus 7 --layers 1 --width 8 --heads 2 --steps 4 --save 2,4 --batch full -o run.gts
grok-ckpt export --to npz --step 0.. all.npz run.gts
/usr/bin/python3 - <<'EOF'
import numpy as np
d = dict(np.load("all.npz"))
np.savez("same.npz", **d)
d["4/lm_head.weight"] = d["4/lm_head.weight"] + 1
np.savez_compressed("changed.npz", **d)
d["config.json"] = d["config.json"].decode()
np.savez("text.npz", **d)
EOF
grok-ckpt import same.npz | grok-ckpt diff --kind head,tensor run.gts - && echo same
for file in changed text; do
    grok-ckpt import $file.npz | grok-ckpt diff --kind head,tensor run.gts - | cut -f 1-5 || true
done
