# A picture while records come: the first run is drawn before the second exists; Ctrl-C stops the
# program that writes our input, not grok-plot; an incomplete run is drawn, with a warning.
/usr/bin/python3 "$SRC/tests/cli/grok-plot/stream.py" 1 first >one.gts
/usr/bin/python3 "$SRC/tests/cli/grok-plot/stream.py" 1 second extra=1 >two.gts
cat >drive.py <<'END2'
import os, signal, subprocess, sys, time

plot = subprocess.Popen(["grok-plot", "curves", "--live=0.02", "-o", "live.gp"], stdin=subprocess.PIPE,
                        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))


def wait_for(text):
    while not os.path.exists("live.gp") or text not in open("live.gp").read():
        time.sleep(0.01)


plot.stdin.write(open("one.gts", "rb").read())
plot.stdin.flush()
wait_for('"first"')
print("one run is drawn")
if len(sys.argv) > 1:
    plot.send_signal(signal.SIGINT)
plot.stdin.write(open("two.gts", "rb").read())
plot.stdin.close()
print("status", plot.wait(), open("live.gp").read().count("second"))
END2
/usr/bin/python3 drive.py
rm live.gp
/usr/bin/python3 drive.py interrupt
grok-plot curves one.gts two.gts -o whole.gp
cmp whole.gp live.gp
head -c "$(($(stat -c %s one.gts) / 2))" one.gts | cat two.gts - >cut.gts
rm live.gp
grok-plot curves --live cut.gts -o live.gp 2>&1 |
    sed 's/offset [0-9]*/offset N/' || echo "status ${PIPESTATUS[0]}"
grep -c '"train"' live.gp
grok-plot curves --live one.gts 2>&1 || echo "status $?"
grok-plot report --live one.gts -o x.html 2>&1 || echo "status $?"
ls
