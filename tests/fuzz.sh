# Each fuzz target runs briefly from the golden samples, where clang has libFuzzer.
command -v clang >/dev/null || { echo "no clang"; exit 77; }
echo 'int LLVMFuzzerTestOneInput(const char *d, unsigned long n);
int LLVMFuzzerTestOneInput(const char *d, unsigned long n) { (void)d; (void)n; return 0; }' >probe.c
clang -fsanitize=fuzzer,address probe.c -o probe 2>/dev/null ||
    { echo "clang has no libFuzzer"; exit 77; }
for target in "$SRC"/tests/fuzz/*.c; do
    name=$(basename "$target" .c)
    make -s -C "$SRC" CC=clang MODE=fuzz "build/fuzz-clang/tests/fuzz/$name" >build.log 2>&1 ||
        { tail -n 20 build.log; exit 1; }
    mkdir -p "seeds/$name"
    if [ "$name" = stream ]; then
        printf '\4\x60\0\1' >"seeds/$name/patch"
        printf '\6\x60\2\1\0\x80' >"seeds/$name/patch-and-cut"
        for golden in "$SRC"/formats/golden/*.gts; do
            { printf '\2'; cat "$golden"; } >"seeds/$name/raw-$(basename "$golden")"
            { printf '\3'; zstd -dc "$golden"; } >"seeds/$name/plain-$(basename "$golden")"
        done
    fi
    # A target may have a script that makes its seeds.
    [ ! -e "$SRC/tests/fuzz/$name.py" ] || /usr/bin/python3 "$SRC/tests/fuzz/$name.py" "seeds/$name"
    "$SRC/build/fuzz-clang/tests/fuzz/$name" -max_total_time=4 -max_len=65536 -rss_limit_mb=4096 \
        -verbosity=0 -print_final_stats=0 "seeds/$name" >fuzz.log 2>&1 ||
        { tail -n 40 fuzz.log; exit 1; }
done
