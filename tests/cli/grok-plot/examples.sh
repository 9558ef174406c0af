# Every example of the manual runs.
"$SRC/tests/examples" grok-plot.1
