# shellcheck shell=bash disable=SC2086
# A run that starts from a checkpoint has its network, its data and its weights, and a state as any
# other.
try() { code=0; "$@" >wrote 2>said || code=$?; echo "$(head -n 1 said) (status $code)"; }
first() { grok-ckpt table -w --name 'train.*loss,train.*acc,train.weight_norm' --step 0 "$1" |
    tail -n 1 | cut -f 3-; }
grok-train -p 13 --op mul --width 16 --heads 2 --train-frac 0.6 --labels random --seed 3 --save 20 \
    --steps 40 \
    --threads 1 -o run.gts
at() { grok-ckpt table -w --name 'train.*loss,train.*acc,train.weight_norm' --step "$1" run.gts |
    tail -n 1 | cut -f 3-; }
more="grok-train --steps 30 --save none --weight-decay 0 --threads 1"
$more --from run.gts --step 20 -o from20.gts
$more --from run.gts -o last.gts
[ "$(first from20.gts)" = "$(at 20)" ] && [ "$(first last.gts)" = "$(at 40)" ] &&
    echo the same losses at the start
grok-ckpt ls from20.gts | awk '$2 == "head"' | cut -f 9 | tr ' ' '\n' |
    grep -E '^(op|modulus|train_frac|labels|seed|split_seed|width|heads|from)='
for tensor in data.split data.labels; do
    cmp <(grok-ckpt get $tensor run.gts) <(grok-ckpt get $tensor last.gts)
done

# A selected checkpoint, and one that has been to Hugging Face's format and back.
grok-ckpt select --step 0,20 -o one.gts run.gts
grok-ckpt export hf run.gts
grok-ckpt import -o imported.gts hf
$more --from one.gts -o one-on.gts && [ "$(first one-on.gts)" = "$(at 20)" ] && echo selected
$more --from imported.gts --labels random --train-frac 0.6 --split-seed 3 -o imported-on.gts
[ "$(first imported-on.gts)" = "$(at 40)" ] && echo imported

# Stopped and resumed.
$more --from run.gts --state st --steps 20 -o half.gts
$more --from run.gts --state st --resume -o half.gts
cmp <(zstd -dcq half.gts) <(zstd -dcq last.gts) && echo resumed
try $more --from run.gts --step 20 --state st --resume -o half.gts
try $more --op mul -p 13 --width 16 --heads 2 --train-frac 0.6 --labels random --split-seed 3 \
    --state st --resume -o half.gts

try $more --from run.gts --width 32
try $more --from run.gts -p 17
try $more --from run.gts --step 7
try $more --step 7
try $more --from run.gts --init torch
try $more --from run.gts --init-scale 0.1
try $more --from none.gts
try $more --from - <run.gts
mkfifo pipe && try $more --from pipe
cat run.gts from20.gts >two.gts
try $more --from two.gts
try $more --from from20.gts --step 5
