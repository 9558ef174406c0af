# Wrong use and bad data, each with one sentence and its status
try() {
    echo "\$ $*"
    { "$@" >/dev/null </dev/null; } 2>&1 && s=0 || s=$?
    echo "status $s"
}
run=$SRC/formats/golden/minimal.gts
cp "$run" run.gts
try grok-ckpt
try grok-ckpt lss
try grok-ckpt ls --nope run.gts
try grok-ckpt ls --step 1..x run.gts
try grok-ckpt select --step 10..1 run.gts
try grok-ckpt select --role params run.gts
try grok-ckpt get
try grok-ckpt get absent run.gts
try grok-ckpt get run.gts transformer.wte.weight
try grok-ckpt get transformer.wte.weight run.gts run.gts
try grok-ckpt get --npy --text transformer.wte.weight run.gts
try grok-ckpt get --step 7 transformer.wte.weight run.gts
# Slips
try grok-ckpt get transformer.wte.weigth run.gts
for command in ls stat select; do
    try grok-ckpt $command --name transformer.wte.weigth run.gts
done
try grok-ckpt select --name foo run.gts
try grok-ckpt table --name train.tst_acc run.gts
for how in --long --wide; do
    try grok-ckpt table $how --config modulu,op run.gts
done
try grok-ckpt table -q --config foo run.gts
try grok-ckpt table --config seed run.gts
try grok-ckpt table --wide --long run.gts
try grok-ckpt cast --dtype f16 run.gts
try grok-ckpt export
try grok-ckpt export --to gguf x run.gts
try grok-ckpt export --step 0.. model run.gts
try grok-ckpt export --step 9 model run.gts
try grok-ckpt export run.gts run.gts
try grok-ckpt export /absent/model run.gts
try grok-ckpt export --to npz x.npz run.gts -o y.npz
cat run.gts "$SRC/formats/golden/two-runs.gts" >three.gts
try grok-ckpt export --step 0 model three.gts
try grok-ckpt import
try grok-ckpt import run.gts
try grok-ckpt import --step -1 run.gts
grok-ckpt get --npy transformer.wte.weight run.gts -o x.npy
try grok-ckpt import --config modulu=59,op=add,weight-decay=1,mine=2 x.npy
try grok-ckpt import --config op x.npy
try grok-ckpt import --config op=sub,op=add x.npy
: >empty.gts
head -c 200 run.gts >cut.gts
for command in ls stat select table verify repair 'get x' 'export --to npz x.npz' 'cast'; do
    # shellcheck disable=SC2086 # a command and its operand
    try grok-ckpt $command empty.gts
done
for command in ls stat select table verify 'get x' 'export --to npz x.npz' 'cast'; do
    # shellcheck disable=SC2086
    try grok-ckpt $command cut.gts
done
try grok-ckpt ls /etc/passwd
try grok-ckpt ls .
try grok-ckpt ls absent.gts
ls model ./*.npz 2>/dev/null || true
for command in ls stat select table 'get transformer.wte.weight' 'export --to npz -' cast; do
    # shellcheck disable=SC2086
    { grok-ckpt $command run.gts >/dev/full; } 2>&1 || echo "status $?"
done
# -n N of head(1); a slip in a kind
try grok-ckpt head -n 2 run.gts
try grok-ckpt ls --kind tensr run.gts
# A target that is read, or must not be replaced; what a signal leaves behind
try grok-ckpt export --to npz run.gts run.gts
cmp run.gts "$SRC/formats/golden/minimal.gts"
echo mine >mine.npz
try grok-ckpt export --no-clobber --to npz mine.npz run.gts
cat mine.npz
mkfifo fifo
timeout 20 grok-ckpt export --to npz --step 0 killed.npz fifo &
exec 3<>fifo # opening one end alone would wait for the other
for _ in $(seq 200); do
    ! ls killed.npz.* >/dev/null 2>&1 || break
    sleep 0.05
done
kill -TERM $!
wait $! 2>/dev/null || echo "killed: $?"
exec 3>&-
ls killed* 2>/dev/null || echo "nothing left"
