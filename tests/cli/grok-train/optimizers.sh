# shellcheck shell=bash disable=SC2086
# Each optimiser trains, is named by the head if it is not AdamW, and is resumed with its own
# moments.
train="grok-train -p 11 --width 16 --heads 2 --batch 40 --eval-every 50 --save none --lr 0.01 --weight-decay 0.01
    --threads 1"
for name in adamw adam sgd muon; do
    $train --optimizer $name --steps 200 -o $name.gts
    zstd -dcq $name.gts | /usr/bin/python3 -c '
import sys, msgpack
records = list(msgpack.Unpacker(sys.stdin.buffer))
config = records[0]["config"]
loss = [r["values"]["train.train_loss"] for r in records if r["kind"] == "metrics"]
print(*(config.get(key, "-") for key in ("optimizer", "momentum")), "learns" if loss[-1] < 0.8 * loss[0] else loss)'
    $train --optimizer $name --steps 100 --state st --resume -q -o part.gts
    $train --optimizer $name --steps 200 --state st --resume -q -o part.gts
    cmp part.gts $name.gts && echo "$name resumed"
    rm st part.gts
done
for bad in "--optimizer lion" "--optimizer sgd --momentum 1"; do
    $train $bad --steps 1 -o no.gts || echo "status $?"
done
