# Memorise, then generalise; weights and losses agree with each other (read.py); log-spaced records.
see() { /usr/bin/python3 "$SRC/tests/cli/grok-sfm/read.py" "$@"; }
grok-sfm --modulus 31 --split lcg --train-count 480 --record log --save 0,100,200 |
    see support diagonal phase | awk '$1 !~ /^[0-9]/ || $1 ~ /^(0|1|50|100|150|200)$/'
# The same command writes the same bytes; another seed does not.
grok-sfm --modulus 31 -o a.gts
grok-sfm --modulus 31 >b.gts
cmp a.gts b.gts
grok-sfm --modulus 31 --seed 2 | cmp -s - a.gts && echo "seeds do not matter"
# The split is that of grok-train with the same seed.
grok-train --modulus 31 --op add --train-frac 0.5 --steps 0 --layers 1 --width 16 --heads 2 -o c.gts
for file in a c; do
    zstd -dc $file.gts | /usr/bin/python3 -c '
import sys, msgpack, msgpack_numpy
for r in msgpack.Unpacker(sys.stdin.buffer, object_hook=msgpack_numpy.decode, max_buffer_size=0):
    if r.get("name") == "data.split":
        sys.stdout.buffer.write(r["array"].tobytes())' >$file.split
done
[ -s a.split ]
cmp a.split c.split
