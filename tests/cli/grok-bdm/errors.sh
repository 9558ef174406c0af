# Wrong use and bad data, each with one sentence and its status
try() {
    echo "\$ $*"
    { "$@" >/dev/null </dev/null; } 2>&1 && s=0 || s=$?
    echo "status $s"
}
here=$SRC/tests/cli/grok-bdm
/usr/bin/python3 "$here/make.py" weights >run.gts
/usr/bin/python3 "$here/make.py" nan >nan.gts
try grok-bdm --code quads run.gts
try grok-bdm --code gray,gray run.gts
try grok-bdm --code native --block 4 run.gts
try grok-bdm --code native --levels 2 run.gts
try grok-bdm --levels 3 run.gts
try grok-bdm --block 9 run.gts
try grok-bdm --code gzip-mix --block 5 run.gts
try grok-bdm --levels 8 --perturb run.gts
try grok-bdm --variants 8 run.gts
try grok-bdm --variants 8x4,8x4 run.gts
try grok-bdm --variants 3x4 run.gts
try grok-bdm --code native --variants 8x3 run.gts
try grok-bdm --quantise sign --variants 8x4 run.gts
try grok-bdm --perturb --boundary correlated run.gts
try grok-bdm --quantise none run.gts
try grok-bdm --ctm absent.gts run.gts
try grok-bdm --ctm run.gts run.gts
try grok-bdm nan.gts
head -c 3000 run.gts >cut.gts
# which record the cut falls into depends on the compressor's version
try grok-bdm cut.gts | sed 's/record [0-9]*/record N/; s/after [0-9]* record/after N record/'
{ grok-bdm run.gts >/dev/full; } 2>&1 || echo "status $?"
{ grok-bdm -q run.gts || [ $? = 141 ]; } | head -c 1 >/dev/null
# A matrix in which no block fits: not known, and no part of the whole
/usr/bin/python3 -c "
import numpy as np
rng = np.random.default_rng(1)
np.savez('small.npz', a=rng.normal(size=(3, 97)), b=rng.normal(size=(8, 8)))"
grok-ckpt import --run small small.npz -o small.gts
try grok-bdm small.gts
for code in planes native,gzip-mix; do
    grok-bdm -q --code $code --null 2 --perturb small.gts |
        grok-ckpt table --wide --name 'bdm.bits_per_weight,bdm.z,bdm.weights' |
        sed 's/\([0-9]\.[0-9]\{3\}\)[0-9]*/\1/g'
done
# Nothing to measure: none of the names, none of the parameters
try grok-bdm --include 'absent*' run.gts
try grok-bdm --exclude '*' run.gts
grok-ckpt select --role measure run.gts -o none.gts
try grok-bdm none.gts
