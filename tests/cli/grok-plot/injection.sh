# Text from a stream or the command line is drawn and never executed, whatever it is.  The script
# shows what gnuplot receives.
name=$'`touch a`\n@{/Symbol q}^2 \'"; system("touch b")\\ <b>&%d'
/usr/bin/python3 "$SRC/tests/cli/grok-plot/stream.py" 1 "$name" >one.gts
for format in svg png pdf text script; do
    grok-plot curves --format $format --title "$name" one.gts -o x.$format
done
grep -o 'set label "[^"]*touch.*' x.script
grok-plot curves --name '`touch c`' one.gts -o x.svg 2>&1 || echo "status $?"
grok-plot curves --run '`touch d`' one.gts -o x.svg 2>&1 || echo "status $?"
# A quantity and what it is about.
/usr/bin/python3 - <<'END2' >two.gts
import sys, msgpack, zstandard
evil = "`touch e`$(touch f)' \" set out 'g'"
run = dict(run="r")
records = [dict(kind="head", version=1, run="r", seed=1, config={}, provenance=[])]
records += [dict(kind="metrics", run="r", step=s, tool="t", of=evil, values={evil: s / 7.0, "t.b": 1.0})
            for s in (1, 2, 3)]
records += [dict(kind="end", run="r", status="complete", records=5)]
sys.stdout.buffer.write(zstandard.ZstdCompressor(write_checksum=True).compress(
    b"".join(map(msgpack.packb, records))))
END2
grok-plot curves --name '*touch*,t.b' two.gts -o y.svg
grok-plot curves --name '*touch*,t.b' two.gts -o y.gp
grep -o 'set label "[^ ]*touch.*' y.gp | sed 's/ at .*//'
ls -I out -I err -I said
