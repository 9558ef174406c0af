# Every example of the manual runs.
export OMP_NUM_THREADS=1
"$SRC/tests/examples" grok-sfm.1
