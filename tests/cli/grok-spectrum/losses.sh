# Losses of real networks against numpy: the forward pass, the directions, the keys of the last
# step.
check() { /usr/bin/python3 "$SRC/tests/cli/grok-spectrum/losses.py" "$1"; }
train() { grok-train -p 11 --width 16 --heads 2 --steps 200 --save 0,60,200 --threads 1 \
    --lr 5e-3 "$@"; }
train --op sub --layers 2 >sub.gts
grok-spectrum -t --progress-measures --tensor transformer.wte.weight,neurons sub.gts >out.gts &&
    check out.gts
train --op add,mul --layers 1 --train-frac 0.5 >joint.gts
grok-spectrum -t --progress-measures joint.gts >joint.out && check joint.out
# keys given, the same as those of the last checkpoint: the same losses, but at once
show() { zstd -dcq | /usr/bin/python3 "$SRC/tests/cli/grok-spectrum/show.py" "$@"; }
losses=restricted_loss,excluded_loss_train,excluded_each_loss_test,progress_keys
grok-spectrum --progress-measures sub.gts | show $losses >last
grok-spectrum --progress-measures --axes sub.gts sub.gts | show $losses | diff last -
grok-spectrum --progress-measures --keys own sub.gts | show $losses | tail -n 1 |
    diff <(tail -n 1 last) -
keys=$(grok-spectrum sub.gts | zstd -dcq | /usr/bin/python3 -c '
import sys, msgpack, msgpack_numpy as m
for r in msgpack.Unpacker(sys.stdin.buffer, object_hook=m.decode, max_buffer_size=0):
    if r.get("name") == "spectrum.keys":
        keys = r["array"]
print(*keys, sep=",")')
grok-spectrum --progress-measures --keys "$keys" sub.gts | show $losses | diff last -
# a stream without parameters, or with some of them missing, cannot be measured
{ grok-spectrum joint.gts |
    grok-spectrum --progress-measures 2>&1 >/dev/null || echo "status $?"; } |
    sed "s/run '[^']*'/run RUN/"
