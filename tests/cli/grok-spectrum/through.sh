# With -t parameters pass unchanged; without it they are dropped; other records are never changed.
/usr/bin/python3 "$SRC/tests/cli/grok-spectrum/rings.py" add 23 2 >run.gts
list() {
    zstd -dcq | /usr/bin/python3 -c '
import hashlib, sys, msgpack
for r in msgpack.Unpacker(sys.stdin.buffer, max_buffer_size=0):
    if r["kind"] == "tensor":
        print(r["step"], r["name"], r["role"], r["array"][b"shape"], r["role"] == "param" and
              hashlib.md5(r["array"][b"data"]).hexdigest())
    else:
        print(r["kind"], r.get("step"), r.get("tool"), *(p["program"] for p in r.get("provenance", ())))'
}
list <run.gts | grep param >want
grok-spectrum -t run.gts | list >have
grep param have | diff want -
sed 's/ [0-9a-f]*$//' have
grok-spectrum run.gts | list | grep -c param || true
# twice the same bytes; two runs in one stream
grok-spectrum run.gts >a && grok-spectrum <run.gts | cmp - a
cat run.gts run.gts | grok-spectrum | cmp - <(cat a a)
