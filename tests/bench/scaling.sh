# A training step at shapes A, D and E (see train.c) with 1, 2, 4, ... threads, up to the number of
# cores. Efficiency is the time with one thread divided by N times the time with N threads.
cores=$(nproc)
for shape in A D E; do
    for ((n = 1; n <= cores; n *= 2)); do
        "$BUILD/tests/bench/train" $shape $n
    done | awk -v shape=$shape '
        { for (i = 2; i <= NF; i++) if ($i == "ms" && $(i + 1) == "a") ms = $(i - 1)
          for (i = 2; i <= NF; i++) if ($i ~ /^threads?$/) n = $(i - 1)
          if (n == 1) one = ms
          printf "scaling %s  %2d threads  %9.2f ms a step  efficiency %.2f\n", shape, n, ms, one / ms / n
          fflush() }'
done
