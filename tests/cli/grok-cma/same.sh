# The same bytes again, from standard input, with any number of threads; others with another seed;
# -t passes parameters; what has been measured in the stream is not measured again.
ref=$SRC/tests/ref/cma.gts
run() { grok-cma --no-provenance --scan --null 2 --skip thirds,each "$@"; }
run --threads 1 "$ref" >one
run --threads 3 <"$ref" | cmp - one
run --threads 2 --progress never -q "$ref" | cmp - one
run --threads 1 --seed 2 "$ref" | cmp -s - one && echo "the seed does nothing"
run -t "$ref" >through
zstd -dcq through | grep -ao 'transformer.h.1.mlp.c_fc.weight' | wc -l
zstd -dcq one | { grep -ao 'transformer.h.1.mlp.c_fc.weight' || true; } | wc -l
{ run through >/dev/null; } 2>&1 || echo "status $?"
