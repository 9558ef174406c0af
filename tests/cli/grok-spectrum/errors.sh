# Wrong use and bad data, each with one sentence and its status
try() {
    echo "\$ $*"
    { "$@" >/dev/null </dev/null; } 2>&1 && s=0 || s=$?
    echo "status $s"
}
/usr/bin/python3 "$SRC/tests/cli/grok-spectrum/rings.py" add 11 2 >run.gts
try grok-spectrum --null -1 run.gts
try grok-spectrum --null 3x run.gts
try grok-spectrum --basis log run.gts
try grok-spectrum --axes absent.gts run.gts
try grok-spectrum --axes run.gts --tensor 'none*' run.gts
try grok-spectrum --progress-measures run.gts
try grok-spectrum --tensor 'none*' run.gts
try grok-spectrum --singular 'none*' run.gts
try grok-spectrum --algorithm run.gts
try grok-spectrum --topology --null 3x run.gts
head -c 1000 run.gts >cut.gts
try grok-spectrum cut.gts
: >empty.gts
try grok-spectrum empty.gts
try grok-spectrum /etc/passwd
try grok-spectrum .
/usr/bin/python3 "$SRC/tests/cli/grok-spectrum/rings.py" add 12 2 >even.gts
try grok-spectrum --basis dlog even.gts
try grok-spectrum --axes run.gts even.gts
sed 's/noise = rng.normal/noise = np.nan * rng.normal/' "$SRC/tests/cli/grok-spectrum/rings.py" |
    /usr/bin/python3 - add 11 2 >nan.gts
try grok-spectrum nan.gts
grok-train -p 11 --layers 1 --width 8 --heads 2 --steps 2 --save 2 --threads 1 >train.gts
try grok-spectrum --progress-measures --keys 1,6 train.gts
try grok-spectrum --progress-measures --keys 3,99 train.gts
try grok-spectrum --keys 3,99 train.gts
try grok-spectrum --progress-measures --keys 1,1 train.gts
try grok-spectrum --progress-measures --keys first train.gts
try env TMPDIR=/absent grok-spectrum --progress-measures train.gts | sed "s/'sub[^']*'/RUN/"
{ grok-spectrum run.gts >/dev/full; } 2>&1 || echo "status $?"
# a closed pipe ends it without a word
{ grok-spectrum run.gts || [ $? = 141 ]; } | head -c 1 >/dev/null
