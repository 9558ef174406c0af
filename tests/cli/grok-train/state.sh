# shellcheck shell=bash disable=SC2086
# What --state and --resume refuse, and a disk that fills up while the state is saved.
train="grok-train -p 11 --width 32 --heads 2 --eval-every 200 --save none --threads 1"
try() { code=0; "$@" || code=$?; echo "status $code" >&2; }
try $train --steps 20 --state st
try $train --steps 20 --resume -o run.gts
$train --steps 20 --state st -o run.gts
try $train --steps 20 --lr 1e-3 --state st --resume -o run.gts
try $train --steps 20 --op add --state st --resume -o run.gts
head -c 1000 st >cut.gts
try $train --steps 20 --state cut.gts --resume -o run.gts
echo junk >junk
try $train --steps 20 --state junk --resume -o run.gts
cp run.gts other
try $train --steps 20 --state other --resume -o run.gts
try $train --steps 20 --state nowhere/st -o run.gts
rm st run.gts* other

# The first state fits below the limit of a file's size; then the limit is lowered.
try timeout --preserve-status -s TERM 1 $train -q --steps 1M --state st -o run.gts
old=$(cksum <st)
(ulimit -f 100 && try $train -q --steps 1M --state st --resume -o run.gts) 2>full || true
sed 's/step [0-9]*/step N/' full
[ "$old" = "$(cksum <st)" ] && ls ./*st* ./run*
