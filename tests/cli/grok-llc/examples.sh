# Every example of the manual runs.
"$SRC/tests/examples" grok-llc.1
