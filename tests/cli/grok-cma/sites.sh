# Every site, each position alone, controls; exactly and by attribution, which finds the same
# neurons.
ref=$SRC/tests/ref/cma.gts
/usr/bin/python3 "$SRC/tests/cli/grok-cma/split.py" "$ref"
all="--sites resid,heads,mlps,q,k,v,neurons --neurons 3 --positions each --controls --skip none"
for method in exact attribution; do
    echo "$method"
    # shellcheck disable=SC2086
    grok-cma $all --method $method sub.gts | zstd -dcq |
        /usr/bin/python3 "$SRC/tests/cli/grok-cma/sites.py"
done
echo "more neurons than there are: all 64"
grok-cma --sites neurons --neurons 1000 --skip none sub.gts | grok-ckpt ls | grep neuron_id |
    cut -f 6
echo "patterns"
grok-cma --sites none --skip none --patterns --sample 20 sub.gts | zstd -dcq | /usr/bin/python3 -c '
import sys, msgpack, msgpack_numpy, numpy as np
x = {r["name"]: r["array"]
     for r in msgpack.Unpacker(sys.stdin.buffer, object_hook=msgpack_numpy.decode, max_buffer_size=0)
     if r["kind"] == "tensor"}
p, sd = x["cma.pattern"], x["cma.pattern_sd"]
print(*p.shape, *sd.shape)
assert np.allclose(p.sum(3), 1, atol=1e-5) and (p[:, :, ~np.tri(4, dtype=bool)] == 0).all() and sd.max() > 0.01'
