# The network by both ways of multiplying: OpenBLAS's kernels for AVX-512, for which products are cut to
# tiles and panels, and those of an older processor, which gets long products.  One of them is what every
# other test runs with.
grep -qw avx2 /proc/cpuinfo 2>/dev/null || {
    echo "this processor has no AVX2"
    exit 77
}
cd "$SRC" || exit 1
for core in Haswell SkylakeX; do
    [ "$core" = Haswell ] || grep -qw avx512vl /proc/cpuinfo || continue
    for test in gpt/linalg gpt/gpt gpt/torch train/train cma/cma cma/torch; do
        OPENBLAS_CORETYPE=$core "$BUILD/tests/unit/$test" || echo "$test fails on $core"
    done
done
