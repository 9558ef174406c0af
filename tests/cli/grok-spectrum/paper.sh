# The paper's Gini, IPR and Gram matrix, and the norms and ranks of every matrix, of a trained
# network by numpy
grok-train -p 23 --op add --layers 2 --width 24 --heads 2 --steps 300 --save 0,300 --threads 1 \
    --lr 5e-3 >run.gts
grok-spectrum -t --singular '*' run.gts -o out.gts
/usr/bin/python3 "$SRC/tests/cli/grok-spectrum/paper.py" out.gts
# matrices may be asked for these alone; what is no matrix is passed over
grok-spectrum --tensor 'none*' --singular '*.h.1.mlp.*,*.bias' run.gts |
    zstd -dcq | /usr/bin/python3 "$SRC/tests/cli/grok-spectrum/show.py" nuclear | sed 's/=.*//'
