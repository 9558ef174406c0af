# Every metric of every matrix, layer and the whole against numpy; the same bytes with any number of
# threads.
here=$SRC/tests/cli/grok-bdm
/usr/bin/python3 "$here/make.py" weights >run.gts
all="--code planes,gray,native,gzip-mix --perturb"
# shellcheck disable=SC2086
grok-bdm -qt $all --threads 1 run.gts >one.gts
# shellcheck disable=SC2086
grok-bdm -qt $all --threads 3 run.gts >three.gts
cmp one.gts three.gts
zstd -dcq one.gts | /usr/bin/python3 "$here/check.py"
