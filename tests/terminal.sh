# On a terminal a picture is coloured text and progress a line drawn again; on one that only knows
# plain text, neither.
grok-train -p 5 --width 8 --steps 20 --eval-every 5 -q -o run.gts
cat >on.py <<'END'
import os, sys
child, terminal = os.forkpty()
if not child:
    os.execlp("sh", "sh", "-c", sys.argv[1])
text, more = b"", b"-"
while more:
    text += more
    try:
        more = os.read(terminal, 4096)
    except OSError:  # Linux says so when the child is gone
        break
os.waitpid(child, 0)
print(b"\x1b" in text, b"steps" in text, b"accuracy" in text)
END
train="grok-train -p 5 --width 8 --steps 20 -o /dev/null"
for term in xterm dumb; do
    for command in "grok-plot curves run.gts" "$train" "$train --progress always"; do
        TERM=$term /usr/bin/python3 on.py "$command" </dev/null
    done
done
