# Steps to grok: counted and averaged by any setting; runs that never grok are left out of means.
runs() { /usr/bin/python3 "$SRC/tests/cli/grok-sync/runs.py" "$@"; }
runs div 1,2,3,4,5 >div.gts
runs add 3,4 2000 >add.gts
runs mul 1,2 1e9 >never.gts
grok-sync grok div.gts add.gts never.gts
grok-sync grok --by op,seed --format tsv div.gts never.gts
grok-sync grok --by op --threshold 0.5 --format tsv add.gts | tail -n 1
grok-sync grok --pool --format tsv never.gts add.gts | tail -n 1 | cut -f 1-4
# Mean and deviation against numpy, from the first steps that awk finds.
grok-ckpt table --name train.test_acc div.gts |
    awk -F '\t' 'NR > 1 && $6 >= 0.99 && !seen[$1]++ { print $2 }' >steps
/usr/bin/python3 -c 'import numpy as np
x = np.loadtxt("steps")
print(len(x), *("%.6g" % y for y in (x.mean(), x.std(ddof=1))))'
grok-sync grok --format tsv div.gts | awk -F '\t' 'NR > 1 { printf "%d %.6g %.6g\n", $3, $4, $5
    if (!($6 < $4 && $4 < $7)) print "the mean is outside its interval" }'
# What a head lacks, and numbers in order of their size.
setting() { # RUN KEY VALUE
    /usr/bin/python3 - "$@" <<'END'
import sys, msgpack, zstandard
run, key, value = sys.argv[1:]
records = [dict(kind="head", version=1, run=run, seed=1, config={key: float(value)} if key else {}, provenance=[]),
           dict(kind="metrics", run=run, step=7, tool="t", values={"train.test_acc": 1.0}),
           dict(kind="end", run=run, status="complete", records=3)]
sys.stdout.buffer.write(zstandard.compress(b"".join(map(msgpack.packb, records))))
END
}
setting a lr 10 >a.gts && setting b lr 9 >b.gts && setting c lr 1e-3 >c.gts && setting d '' 0 >d.gts
grok-sync grok --by lr --format tsv a.gts d.gts b.gts c.gts | cut -f 1
# What cannot be answered
try() { "$@" >printed 2>said || echo "status $?: $(sed 1q said)"; [ ! -s printed ]; }
try grok-sync grok --by lrr a.gts
try grok-sync grok --by lr, a.gts
try grok-sync grok --threshold 2 a.gts
# Nothing lags a test accuracy that never rises: the group is left out, or there is no table.
try grok-sync never.gts
try grok-sync --pool never.gts never.gts
cat never.gts a.gts b.gts | try grok-sync
zstd -dc div.gts | /usr/bin/python3 -c '
import sys, msgpack, zstandard
for record in msgpack.Unpacker(sys.stdin.buffer):
    if "train.test_acc" in record.get("values", {}):
        record["values"]["train.test_acc"] *= 0.02
    sys.stdout.buffer.write(zstandard.compress(msgpack.packb(record)))' >flicker.gts
try grok-sync flicker.gts
grok-sync --quantity 'x.early' --format tsv never.gts add.gts 2>said | cut -f 1,2,3 && cat said
grok-sync runs --quantity x.noise never.gts | wc -l
