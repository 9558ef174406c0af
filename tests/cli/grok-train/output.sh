# shellcheck shell=bash disable=SC2086
# A full disk, a closed pipe, a directory; an interrupted run closes its stream.
train="grok-train -p 11 --width 16 --heads 2 --steps 40 --eval-every 1 --threads 1"
try() { code=0; "$@" || code=$?; echo "status $code" >&2; }
try $train >/dev/full
try $train -o /dev/full
$train --steps 1M --save every:1 | head -c 10 >/dev/null || echo "status ${PIPESTATUS[0]}"
try $train -o .
try $train -o nowhere/run.gts
code=0
timeout --preserve-status -s INT 1 $train --steps 1M >run.gts 2>said || code=$?
echo "$(sed 's/step [0-9]*/step N/' said), status $code"
zstd -dcq run.gts | tail -c 100 | grep -ao interrupted
# Nothing is learnt from the time, the place or the number of tries.
$train -o a.gts && $train >b.gts && cmp a.gts b.gts && echo same bytes
# A loss that is not a number ends the run; what was good is there.
try $train --lr 10 --init-scale 10 --weight-decay 1000 --steps 1k -q -o c.gts 2>said
sed 's/step [0-9]*/step N/' said
zstd -dcq c.gts | tail -c 100 | grep -ao interrupted
