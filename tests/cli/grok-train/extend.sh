# shellcheck shell=bash disable=SC2086
# A run that goes on for more steps has the bits of a run that was asked for them at once.
run="grok-train -p 11 --width 16 --heads 2 --batch 30 --eval-every 20 --save 0,30,log:3 --threads 1"
plain() { zstd -dcq "$1"; }
try() { code=0; "$@" 2>said || code=$?; echo "$(tail -n 1 said) (status $code)"; }
same() { cmp <(plain $1) <(plain $2) && grok-ckpt verify $1 && echo "$3: same records"; }
$run --steps 90 -o once.gts

# After its end, where step 45 was the last and is now an ordinary one; and once more.
$run --steps 45 --state st -o run.gts
$run --steps 60 --state st --resume -o run.gts
$run --steps 90 --state st --resume -o run.gts
same run.gts once.gts "45, 60, 90"
cmp once.gts run.gts && echo same bytes
ls
rm st run.gts

# Stopped by a signal, then asked for fewer steps.
timeout --preserve-status -s TERM 1 $run -q --steps 1M --state st -o run.gts || echo status $?
step=$(grok-ckpt ls st | awk '$2 == "tensor" { step = $3 } END { print step }')
try $run --steps 1 --state st --resume -o run.gts | sed "s/done $step/done N/"
$run --steps $((step + 70)) --state st --resume -o run.gts
$run --steps $((step + 70)) -o once.gts
same run.gts once.gts stopped
rm st run.gts

# The evaluation that met --stop-acc was that of the last step alone: the longer run knows nothing
# of it.
$run --stop-acc 0.01 --eval-every 1000 --stop-after 500 --steps 95 --state st -o run.gts
$run --stop-acc 0.01 --eval-every 1000 --stop-after 500 --steps 130 --state st --resume -o run.gts
$run --stop-acc 0.01 --eval-every 1000 --stop-after 500 --steps 130 -o once.gts
same run.gts once.gts stop-acc
rm st run.gts

# A cosine is another one when it is longer.
$run --steps 20 --schedule cosine --state st -o run.gts
try $run --steps 30 --schedule cosine --state st --resume -o run.gts
rm st run.gts

# Settings are compared to their last digit and their last letter.
steps=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16
$run --steps 20 --lr 0.004 --save $steps,17 --state st -o run.gts
try $run --steps 30 --lr 0.004 --save $steps,18 --state st --resume -o run.gts
try $run --steps 30 --lr 0.0040000000000000001 --save $steps,17 --state st --resume -o run.gts
try $run --steps 40 --lr 0.004000000000000001 --save $steps,17 --state st --resume -o run.gts
