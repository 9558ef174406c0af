# Every example of the manual runs.
"$SRC/tests/examples" grok-ctm.1
