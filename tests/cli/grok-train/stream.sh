# shellcheck shell=bash disable=SC2086
# A tiny run, read by another implementation: order of records, names, shapes, the split, the
# metrics.
grok-train -p 11 --op sub --layers 2 --width 16 --heads 2 --steps 30 --eval-every 10 --save 5,20 \
    --train-frac 0.25 --threads 1 >run.gts
zstd -dcq run.gts | /usr/bin/python3 -c '
import sys, msgpack, msgpack_numpy as m
for r in msgpack.Unpacker(sys.stdin.buffer, object_hook=m.decode, max_buffer_size=0):
    k = r["kind"]
    if k == "head":
        print(k, r["seed"], r["config"]["op"], r["config"]["batch"], r["provenance"][-1]["program"])
        run = r["run"]
        print(run.rsplit("-", 1)[0], len(run.rsplit("-", 1)[1]))
        continue
    assert r["run"] == run
    if k == "tensor":
        a = r["array"]
        if r["step"] in (0, 5):
            print(k, r["step"], r["name"], r["role"], a.dtype, a.shape)
        if r["name"] == "data.split":
            print((a == 0).sum(), (a == 1).sum(), (a == 2).sum())
    elif k == "metrics":
        v = r["values"]
        print(k, r["step"], r["tool"], *sorted(v))
        n = 121
        assert abs(v["train.train_acc"] * 30 % 1) < 1e-9 and v["train.lr"] == 2e-3 * min(1, r["step"] / 10)
    else:
        print(k, r["status"], r["records"])
'
# Where --stop-acc ends a run, its weights are saved.
grok-train --threads 1 --width 16 --heads 2 --modulus 7 --steps 60 --eval-every 3 --save 0 \
    --stop-acc 0.01 -o stop.gts
last=$(grok-ckpt table --name train.test_acc stop.gts | tail -n 1 | cut -f 2)
[ "$last" -lt 60 ] && grok-ckpt ls --step "$last" --kind tensor \
    --name transformer.wte.weight stop.gts | wc -l
