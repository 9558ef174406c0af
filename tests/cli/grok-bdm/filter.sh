# Which records pass and which do not; which matrices are measured; what a second code adds.
here=$SRC/tests/cli/grok-bdm
kinds() {
    zstd -dcq | /usr/bin/python3 -c '
import sys, msgpack, msgpack_numpy
for r in msgpack.Unpacker(sys.stdin.buffer, object_hook=msgpack_numpy.decode, max_buffer_size=0):
    print(r["kind"], r.get("step", ""), r.get("role", ""), r.get("name", r.get("of", "")),
          *(k for k in r.get("values", ())))'
}
/usr/bin/python3 "$here/make.py" weights >run.gts
grok-bdm -q --include '*.h.0.*,lm*' --exclude '*c_fc*' --zstd 0 --null 3 run.gts | kinds
echo
grok-bdm -t --include '*wte*' --code native,gzip-mix --null 0 run.gts | kinds
# parameters go through as they came
grok-bdm -qt run.gts | grok-ckpt select --kind head,tensor,end | grok-bdm -qt --code gray >both.gts
for f in run.gts both.gts; do
    zstd -dcq $f | /usr/bin/python3 -c '
import sys, hashlib, msgpack, msgpack_numpy
h = hashlib.sha256()
for r in msgpack.Unpacker(sys.stdin.buffer, object_hook=msgpack_numpy.decode, max_buffer_size=0):
    if r["kind"] == "tensor":
        h.update(repr((r["step"], r["name"], r["role"], r["array"].shape)).encode())
        h.update(r["array"].tobytes())
print(h.hexdigest())'
done | uniq | wc -l
# shuffles differ with the seed and with nothing else
first() {
    grok-bdm --include '*wte*' "$@" run.gts | zstd -dcq |
        /usr/bin/python3 "$here/show.py" null_mean | sed -n 1p
}
a=$(first) b=$(first --seed 2) c=$(first --threads 3)
[ "$a" = "$c" ] && [ "$a" != "$b" ] && echo seeded
