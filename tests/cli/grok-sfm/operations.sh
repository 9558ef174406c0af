# Products are sums of logarithms: sparse in the order of logarithms, never otherwise.  Zero
# operands, noise.
last() { /usr/bin/python3 "$SRC/tests/cli/grok-sfm/read.py" "$@" | tail -n 2 | head -n 1; }
for op in sub mul div; do
    grok-sfm --modulus 31 --op $op --target random --beta 0.2 --save 200 --record log |
        last support diagonal phase train_acc test_acc
done
grok-sfm --modulus 31 --op mul --target random --beta 0.2 --no-dlog --save 200 | last phase
grok-sfm --modulus 31 --op mul --beta 0.2 --zero --save 200 | last support diagonal phase
grok-sfm --modulus 31 --op mul --beta 0.2 --target character --character 15 | last support phase
# One-hot: on a pool of threads the same bytes
for threads in 1 3; do
    grok-sfm --modulus 13 --target onehot --beta 1 --threads $threads -o $threads.gts
done
cmp 1.gts 3.gts
last support diagonal train_acc test_acc <1.gts
