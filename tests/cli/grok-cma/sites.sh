# Every site, each position alone, controls; by runs and by attribution, which finds the same neurons.
ref=$SRC/tests/ref/cma.gts
/usr/bin/python3 "$SRC/tests/cli/grok-cma/split.py" "$ref"
all="--sites resid,heads,mlps,q,k,v,neurons --neurons 3 --positions each --controls --skip none"
for method in exact attribution; do
    echo "$method"
    # shellcheck disable=SC2086
    grok-cma $all --method $method sub.gts | zstd -dcq | /usr/bin/python3 "$SRC/tests/cli/grok-cma/sites.py"
done
echo "more neurons than there are: all 64"
grok-cma --sites neurons --neurons 1000 --skip none sub.gts | grok-ckpt ls | grep neuron_id | cut -f 6
