# The same bytes again, from standard input, with any number of threads; others with another seed;
# -t passes parameters, and measuring again gives the same numbers.  Each sampler, with batches too.
. "$SRC/tests/cli/grok-llc/run.bash"
run() { grok-llc --no-provenance --chains 3 --draws 4 --burn-in 8 --leapfrog 3 --step 240 \
    --traces "$@"; }
run --threads 1 run.gts >one
run --threads 3 <run.gts | cmp - one
run --threads 2 --progress never -q run.gts | cmp - one
run --threads 1 --seed 2 run.gts | cmp -s - one && echo "the seed does nothing"
for sampler in baoab sgld rmsprop-sgld; do
    run --sampler $sampler --batch 50 --threads 1 run.gts >two
    run --sampler $sampler --batch 50 --threads 2 run.gts | cmp - two
    run --sampler $sampler --batch 50 --loss-on all --threads 2 run.gts |
        cmp -s - two && echo "--loss-on does nothing"
    run --sampler $sampler --batch full run.gts >three
    run --sampler $sampler --batch 9999 run.gts | cmp - three
done
run --step ..last run.gts | zstd -dcq | grep -ao llc.lambda | wc -l
run -t run.gts >through
zstd -dcq through | grep -ao 'transformer.h.1.mlp.c_fc.weight' | wc -l
zstd -dcq one | { grep -ao 'transformer.h.1.mlp.c_fc.weight' || true; } | wc -l
grok-ckpt select --name 'transformer.*,lm_head.*,data.split' through | run >again
for f in one again; do grok-ckpt table --long $f | awk -F '\t' '$5 ~ /^llc/' >$f.tsv; done
cmp one.tsv again.tsv && echo "measured twice"
