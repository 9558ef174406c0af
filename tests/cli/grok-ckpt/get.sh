# One tensor in every form, read back by numpy
run=$SRC/formats/golden/two-runs.gts
for type in f4 f8 f2 i4 i8 u1 c8 c16; do
    grok-ckpt get "all.$type" "$run" -o $type.npy
    grok-ckpt get --text "all.$type" "$run" >$type.txt
    grok-ckpt get --tsv "all.$type" "$run" >$type.tsv
done
/usr/bin/python3 - "$run" <<'EOF'
import sys
import msgpack, msgpack_numpy, zstandard, numpy as np
data = zstandard.ZstdDecompressor().stream_reader(open(sys.argv[1], "rb"), read_across_frames=True)
for r in msgpack.Unpacker(data, object_hook=msgpack_numpy.decode, max_buffer_size=0):
    if r["kind"] == "tensor" and r["name"].startswith("all."):
        want, name = r["array"], r["name"][4:]
        got = np.load(name + ".npy", allow_pickle=False)
        assert got.dtype == want.dtype and got.tobytes() == want.tobytes()
        text = np.loadtxt(name + ".txt", dtype=complex if name[0] == "c" else float)
        assert (text.astype(want.dtype) == want).all(), name
        rows = [line.split("\t") for line in open(name + ".tsv").read().splitlines()]
        assert rows[0] == ["i0", "i1", "value"] and len(rows) == 7
        for i, j, value in rows[1:]:
            value = complex(value) if name[0] == "c" else float(value)
            assert np.array(value).astype(want.dtype) == want[int(i), int(j)]
        print(name, want.dtype)
EOF
grok-ckpt get --text scalar "$run"
grok-ckpt get --tsv scalar "$run"
grok-ckpt get --npy empty "$run" | wc -c
grok-ckpt get --text --step 7 'größe/ü ☃' <"$run"
grok-train --modulus 5 --layers 1 --width 8 --heads 2 --steps 1 --save 0 --batch full -o run.gts
grok-ckpt get --step 0 --text data.split run.gts | wc -l
