# Every example of the manual runs.
"$SRC/tests/examples" grok-bdm.1
