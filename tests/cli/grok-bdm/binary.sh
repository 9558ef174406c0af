# Binary matrices, with the table of another program (its values of constant blocks: 22.0067...) and
# with ours; blocks missing in a table get its largest value plus 1, and are counted.
here=$SRC/tests/cli/grok-bdm
show() { zstd -dcq | /usr/bin/python3 "$here/show.py" bits,blocks,unique,coverage,normalized; }
/usr/bin/python3 "$here/make.py" binary >run.gts
/usr/bin/python3 -c '
import sys, msgpack, msgpack_numpy, numpy as np, zstandard
x = np.full(65536, np.nan)
x[0], x[1] = 22.006706292292176, 30
records = [{"kind": "head", "version": 1, "run": "ctm", "seed": 0, "config": {}, "provenance": []},
           {"kind": "tensor", "run": "ctm", "step": 0, "name": "ctm.b2.4x4", "role": "measure", "array": x},
           {"kind": "end", "run": "ctm", "status": "complete", "records": 3}]
for r in records:
    sys.stdout.buffer.write(zstandard.compress(msgpack.packb(r, default=msgpack_numpy.encode)))' >ctm.gts
set -- --levels 2 --quantise none --null 0 --zstd 0
grok-bdm "$@" --ctm ctm.gts run.gts | show
grok-bdm "$@" run.gts | show
grok-bdm "$@" --block 3 --boundary recursive run.gts | show
# our own table, from a search that is too shallow to see everything
grok-ctm --depth 6 -o shallow.gts
/usr/bin/python3 "$here/make.py" weights >weights.gts
grok-bdm --ctm shallow.gts --null 0 --zstd 0 --include '*wte*' weights.gts | show
