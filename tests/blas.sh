# The network with every kind of matrix product: our own with wide vectors and with narrow ones, and
# those of BLAS, which older processors use.  All other tests run with only one of them.
grep -qw avx2 /proc/cpuinfo 2>/dev/null || {
    echo "this processor has no AVX2"
    exit 77
}
cd "$SRC" || exit 1
for core in Sandybridge Haswell SkylakeX; do
    [ "$core" != SkylakeX ] || grep -qw avx512vl /proc/cpuinfo || continue
    for test in "$SRC"/tests/unit/{gpt,cma}/*.c "$SRC/tests/unit/train/train.c"; do
        test=${test#"$SRC/tests/unit/"} test=${test%.c}
        OPENBLAS_CORETYPE=$core "$BUILD/tests/unit/$test" || echo "$test fails on $core"
    done
done
