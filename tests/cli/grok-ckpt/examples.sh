# The examples of the manual run, and those of the tutorial in grok.7
PATH=/usr/bin:$PATH "$SRC/tests/examples" grok-ckpt.1 >/dev/null
mkdir tutorial
cd tutorial || exit
PATH=/usr/bin:$PATH "$SRC/tests/examples" grok.7 >/dev/null
