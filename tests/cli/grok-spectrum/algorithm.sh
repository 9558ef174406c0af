# What --algorithm finds in trained networks, against PyTorch in double precision; see
# tests/ref/algorithm.py
grok-spectrum --algorithm "$SRC/tests/ref/cma.gts" >out.gts
/usr/bin/python3 "$SRC/tests/cli/grok-spectrum/algorithm.py" out.gts "$SRC/tests/ref/algorithm.txt"
for threads in 1 3; do
    grok-spectrum --algorithm --progress-measures --keys own --threads $threads \
        "$SRC/tests/ref/cma.gts" >$threads.gts
done
cmp 1.gts 3.gts
# tensors, and null values: permuted logits have an irrelevance near 1
zstd -dcq out.gts | /usr/bin/python3 "$SRC/tests/cli/grok-spectrum/show.py" \
    irrelevance_null,irrelevance_p,symmetricity_null,@units,@triples | sed 's/\[[^]]*\]//g'
grok-ckpt ls --name 'spectrum.stream*' out.gts | cut -f 2,3,4,6
