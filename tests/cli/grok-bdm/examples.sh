# Every example of the manual runs.
PATH=/usr/bin:$PATH "$SRC/tests/examples" grok-bdm.1
