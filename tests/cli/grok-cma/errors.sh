# Wrong use and bad checkpoints, each with one sentence and its status
try() {
    echo "\$ $*"
    { "$@" >/dev/null </dev/null; } 2>message && s=0 || s=$?
    sed 's/needs [0-9.]* MB/needs N MB/' message # how much depends on the processor
    echo "status $s"
}
make() { BREAK=$1 /usr/bin/python3 "$SRC/tests/cli/grok-cma/split.py" "$SRC/tests/ref/cma.gts"; }
make ''
try grok-cma --pairs 0 sub.gts
try grok-cma --sites heads,mlp sub.gts
try grok-cma --skip 0-,1 sub.gts
try grok-cma --skip 3-1 sub.gts
try grok-cma --skip third sub.gts
try grok-cma --skip '' sub.gts
try grok-cma --skip 1-2 sub.gts
try grok-cma --skip 0.2 sub.gts
try grok-cma --skip 9 sub.gts
try grok-cma --part attn,attn sub.gts
try grok-cma --part all sub.gts
try grok-cma --neurons 0 sub.gts
try grok-cma --method fast sub.gts
try grok-cma --sites none --controls sub.gts
try grok-cma --sites none --positions each sub.gts
try grok-cma --neurons 4 sub.gts
try grok-cma --memory 10 sub.gts
try grok-cma --threads 1 --memory 20M --positions all sub.gts
try grok-cma --threads 64 --memory 10k --positions all sub.gts
for how in 'missing transformer.wpe.weight' 'twice transformer.wte.weight' \
    'shape transformer.h.1.mlp.c_fc.weight' 'nan lm_head.weight' nosplit noop; do
    make "$how"
    echo "# $how"
    try grok-cma --draw train sub.gts
done
make ''
head -c 9000 sub.gts >cut.gts
try grok-cma cut.gts
grok-cma sub.gts >without.gts
try grok-cma without.gts
{ grok-cma sub.gts >/dev/full; } 2>&1 || echo "status $?"
# a closed pipe ends it without a word
{ grok-cma sub.gts || [ $? = 141 ]; } | head -c 1 >/dev/null
