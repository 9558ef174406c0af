# An embedding whose rows are all equal: no key frequencies, IPR is NaN, no ring.  A stream whose
# head has no modulus: every row is measured, and the tool says so.
/usr/bin/python3 -c '
import numpy as np
np.savez("alike.npz", **{"transformer.wte.weight": np.tile(np.linspace(-1, 1, 8, dtype="f4"), (31, 1))})'
grok-ckpt import alike.npz -o alike.gts
grok-spectrum alike.gts 2>messages |
    zstd -dcq | /usr/bin/python3 "$SRC/tests/cli/grok-spectrum/show.py" \
        gini,ipr,keys,rings,rank,pca1,ring_r2,gini2d
sed "s/'[^']*'/RUN/" messages
grok-spectrum -q alike.gts >/dev/null
# nor a circle: no loop, no angle, and no chance to speak of
grok-spectrum -q --topology --null 1 alike.gts | zstd -dcq |
    /usr/bin/python3 "$SRC/tests/cli/grok-spectrum/show.py" \
    h1_lifetime,h1_birth,circular,homomorphism,circular_p,pc_resultant
