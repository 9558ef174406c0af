# Ctrl-C in a pipeline: the trainer ends its run; filters and grok-plot finish with what they have
# read.
cat >go.py <<'END'
import os, signal, subprocess, sys, time


def pipeline(tee):
    """train | tee | bdm | plot, all stopped by one Ctrl-C: their statuses."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # the test runner's children ignore it
    commands = ["grok-train -p 11 --width 8 --steps 10000000 --eval-every 10 --save every:100 --threads 1",
                tee, "grok-bdm --null 0 -t", "tee -i filtered.gts", "grok-plot curves -o out.svg"]
    group, last, running = None, None, []
    for words in commands:
        p = subprocess.Popen(words.split(), stdin=last, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                             preexec_fn=lambda: os.setpgid(0, group or 0))
        group = group or p.pid
        if last:
            last.close()
        last = p.stdout
        running.append(p)
    while not os.path.exists("filtered.gts") or os.path.getsize("filtered.gts") < 20000:
        time.sleep(.02)
    os.killpg(group, signal.SIGINT)
    return [p.wait(timeout=60) for p in running]


print(pipeline(sys.argv[1]))
END
/usr/bin/python3 go.py "tee -i run.gts"
for file in run.gts filtered.gts; do grok-ckpt verify $file && grok-ckpt ls $file | tail -n 1 |
    cut -f 2,9; done
grep -c '<svg' out.svg
rm out.svg filtered.gts
# A program between them that Ctrl-C ends: the filter behind it closes the run.
/usr/bin/python3 go.py "tee run.gts" >statuses
grok-ckpt verify filtered.gts && grok-ckpt ls filtered.gts | tail -n 1 | cut -f 2,9
grep -c '<svg' out.svg
