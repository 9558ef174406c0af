# What cannot be answered: a sentence, the right status, no output.
/usr/bin/python3 "$SRC/tests/cli/grok-sync/runs.py" add 1 >one.gts
try() { "$@" >printed 2>said || echo "status $?: $(sed 1q said)"; [ ! -s printed ]; }
try grok-sync --against no.such one.gts
try grok-sync /dev/null
try grok-sync --tolerance -1 one.gts
try grok-sync --level 1 one.gts
try grok-sync --by middle one.gts
try grok-sync phases --steps 100,x one.gts
try grok-sync phases --steps -5 one.gts
try grok-sync phases --steps 1e99 one.gts
try grok-sync phases --steps 0.5 one.gts
try grok-sync nothing.gts
try grok-sync --against train.tst_acc one.gts
# Slips: a command, a quantity.
try grok-sync phase
try grok-sync claim one.gts
try grok-sync --quantity foo one.gts
for command in '' runs phases; do
    # shellcheck disable=SC2086 # none is none
    try grok-sync $command --quantity train.tst_acc one.gts
done
cp one.gts phase
grok-sync phase --quantity 'foo,train.test_acc' | wc -l # a file is a file
head -c 5000 one.gts >cut.gts
try grok-sync cut.gts
try grok-sync one.gts -o /dev/full
# Names from a stream cannot break a table or reach the terminal as controls.
/usr/bin/python3 - <<'END' >odd.gts
import msgpack, sys, zstandard
name = "a|b\tc\x1b[31m\n"
records = [{"kind": "head", "version": 1, "run": name, "seed": 1, "config": {}, "provenance": []}]
for step in range(20):
    records.append({"kind": "metrics", "run": name, "step": step, "tool": "t",
                    "values": {"train.test_acc": float(step > 9), name: float(step > 5)}})
records.append({"kind": "end", "run": name, "status": "complete", "records": 22})
data = b"".join(msgpack.packb(r) for r in records)
sys.stdout.buffer.write(zstandard.ZstdCompressor(write_checksum=True).compress(data))
END
grok-sync --quantity '*' odd.gts | sed -n 4p
grok-sync runs --quantity 'a*' --format tsv odd.gts | cut -f 1-4
