# What --algorithm says of trained networks, by PyTorch in double precision; see tests/ref/algorithm.py
grok-spectrum --algorithm "$SRC/tests/ref/cma.gts" >out.gts
/usr/bin/python3 "$SRC/tests/cli/grok-spectrum/algorithm.py" out.gts "$SRC/tests/ref/algorithm.txt"
# tensors, and null values: permuted logits have an irrelevance near 1
zstd -dcq out.gts | /usr/bin/python3 "$SRC/tests/cli/grok-spectrum/show.py" \
    irrelevance_null,irrelevance_p,symmetricity_null,@stream,@units,@triples | sed 's/\[[^]]*\]//g'
