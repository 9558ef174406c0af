# The four phases from the accuracies, and any other steps that are asked for.
/usr/bin/python3 "$SRC/tests/cli/grok-sync/runs.py" div 1,2,3,4,5 >div.gts
grok-sync phases --quantity 'train.*,x.early' div.gts
grok-sync phases --steps 100,1k,1e4 --quantity 'train.*' div.gts
grok-sync phases --steps 2000 --quantity 'x.part *' --format tsv div.gts |
    awk -F '\t' -v OFS='\t' 'NR > 1 { $4 = sprintf("%.6g", $4); $5 = sprintf("%.3g", $5) } { print }'
# Steps are whole where all runs agree, and their deviation stands beside the mean, which is that of
# 1 + step on the axis: sqrt(1001 * 3001) - 1, and 2000 / sqrt(2) for the steps.
for t in 1000 3000; do
    /usr/bin/python3 - "$t" <<'END'
import msgpack, sys, zstandard
t = int(sys.argv[1])
records = [{"kind": "head", "version": 1, "run": f"r{t}", "seed": t, "config": {}, "provenance": []}]
for step in sorted({*range(0, 5000, 500), 140}):
    records.append({"kind": "metrics", "run": f"r{t}", "step": step, "tool": "t",
                    "values": {"train.train_acc": float(step >= 140), "train.test_acc": float(step >= t)}})
records.append({"kind": "end", "run": f"r{t}", "status": "complete", "records": len(records) + 1})
with open(f"{t}.gts", "wb") as f:
    f.write(zstandard.ZstdCompressor(write_checksum=True).compress(b"".join(map(msgpack.packb, records))))
END
done
grok-sync phases --format tsv 1000.gts 3000.gts | awk -F '\t' '$3 == "step" && $2 != "emergence"' |
    cut -f 2-
/usr/bin/python3 -c 'print("%.7g" % ((1001 * 3001) ** .5 - 1), "%.6g" % (2000 / 2 ** .5))'
# Ranges and last, as everywhere: among the steps that are recorded.
grok-sync phases --steps 0..2k%1k,last --quantity x.early div.gts
# A step after the last record of a run is not reached there.
grok-sync phases --steps 2000,9999 --quantity x.early div.gts
grok-sync phases --pool --steps 9999 --quantity train.test_acc --format tsv div.gts
# A run that never learns has no phase but the first; one without accuracies cannot have any.
/usr/bin/python3 "$SRC/tests/cli/grok-sync/runs.py" div 3 1e9 >never.gts
grok-sync phases --quantity train.test_acc never.gts
