# Malicious files: each is refused with one sentence, and leaves nothing behind
/usr/bin/python3 -W ignore - <<'EOF'
import io, json, pickle, struct, zipfile
import numpy as np

def st(name, header, data=b"", length=None):
    h = header if isinstance(header, bytes) else json.dumps(header).encode()
    open(name + ".safetensors", "wb").write(struct.pack("<Q", len(h) if length is None else length) + h + data)

def t(begin, end, shape=(2,), dtype="F32", **more):
    return dict(dtype=dtype, shape=list(shape), data_offsets=[begin, end], **more)

st("good", {"w": t(0, 8)}, bytes(8))
open("cut.safetensors", "wb").write(b"\7\0\0\0\0\0\0\0{")
st("header-2-63", {"w": t(0, 8)}, bytes(8), 1 << 63)
st("header-long", {"w": t(0, 8)}, bytes(8), 1 << 20)
st("overlap", {"a": t(0, 8), "b": t(4, 12)}, bytes(12))
st("hole", {"a": t(0, 8), "b": t(12, 20)}, bytes(20))
st("tail", {"w": t(0, 8)}, bytes(9))
st("short", {"w": t(0, 8)}, bytes(7))
st("backwards", {"w": t(8, 0)}, bytes(8))
st("size", {"w": t(0, 8, (3,))}, bytes(8))
st("huge-shape", {"w": t(0, 8, (1 << 40, 1 << 40))}, bytes(8))
st("negative", {"w": t(0, 8, (-2,))}, bytes(8))
st("fraction", {"w": t(0, 8, (1.5,))}, bytes(8))
st("dims", {"w": t(0, 4, (1,) * 9)}, bytes(4))
st("dtype", {"w": t(0, 8, dtype="F6_E2M3")}, bytes(8))
st("extra-key", {"w": t(0, 8, stride=1)}, bytes(8))
st("twice", b'{"w":%s,"w":%s}' % ((json.dumps(t(0, 8)).encode(),) * 2), bytes(8))
st("nul", b'{"w\\u0000":%s}' % json.dumps(t(0, 8)).encode(), bytes(8))
st("utf8", b'{"\xff":%s}' % json.dumps(t(0, 8)).encode(), bytes(8))
st("json", b'{"w":', bytes(8))
st("array", b'{"w":[]}')
st("deep", b'{"w":' + b"[" * 5000 + b"]" * 5000 + b"}")
st("dense", b'{"w":[' + b"1," * 100000 + b"1]}")
st("junk", b'{} x')

def npy(x, **how):
    f = io.BytesIO()
    np.save(f, x, **how)
    return f.getvalue()

def z(name, entries, pack=zipfile.ZIP_STORED):
    with zipfile.ZipFile(name + ".npz", "w", pack) as f:
        for e, data in entries:
            f.writestr(e, data)

good = npy(np.zeros(4))
open("object.npy", "wb").write(npy(np.array([{}], dtype=object), allow_pickle=True))
open("structured.npy", "wb").write(npy(np.zeros(2, "f4,i4")))
open("cut.npy", "wb").write(good[:-1])
open("header.npy", "wb").write(good[:50])
open("longer.npy", "wb").write(good + b"x")
open("claim.npy", "wb").write(good.replace(b"(4,)", b"(1<<62,)"))
open("claims.npy", "wb").write(good.replace(b"(4,), }               ", b"(99999999999999999,)} "))
z("object", [("a.npy", open("object.npy", "rb").read())])
z("up", [("../a.npy", good)])
z("absolute", [("/a.npy", good)])
z("control", [("a\n.npy", good)])
z("backslash", [("a\\..\\b.npy", good)])
z("twice", [("a.npy", good), ("a.npy", good)])
z("text", [("readme.txt", b"x")])
z("pt", [("archive/data.pkl", pickle.dumps({})), ("archive/data/0", b"")])
z("short", [("a.npy", good[:-1])])
z("long", [("a.npy", good + b"x")])
z("bomb", [("a.npy", npy(np.zeros(30000000)))], zipfile.ZIP_DEFLATED)
z("config", [("config.json", b"[]"), ("a.npy", good)])
link = zipfile.ZipInfo("a.npy")
link.external_attr = 0o120777 << 16
z("symlink", [(link, b"/etc/passwd")])
z("whole", [("a.npy", good)])
whole = bytearray(open("whole.npz", "rb").read())
whole[100] ^= 1
open("header.npz", "wb").write(whole)
whole[100] ^= 1
whole[30 + len("a.npy") + 128 + 5] ^= 1
open("checksum.npz", "wb").write(whole)
whole[30 + len("a.npy") + 128 + 5] ^= 1
open("cut.npz", "wb").write(whole[:-30])
open("model.pkl", "wb").write(pickle.dumps([1]))
open("text.txt", "w").write("a text\n")
open("empty.npy", "w")
EOF
mkdir torch empty && touch torch/pytorch_model.bin
mkdir shards && cp good.safetensors shards/a.safetensors && cp good.safetensors shards/b.safetensors
mkdir config && cp good.safetensors config && echo '{"grok": {"step": -1}}' >config/config.json
grok-ckpt import good.safetensors | grok-ckpt ls --kind tensor | cut -f 5-9
for file in *.safetensors *.npy *.npz *.pkl *.txt torch empty shards config absent; do
    case $file in good.safetensors | whole.npz) continue ;; esac
    s=0
    grok-ckpt import "$file" -o out.gts 2>said || s=$?
    echo "status $s: $(cat said)"
done
ls out.gts* 2>/dev/null || true
