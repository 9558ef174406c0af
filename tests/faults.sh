# A sample of the system calls that can fail, in every tool; 'make faults' tries them all.
case $BUILD in */asan* | */tsan*) echo "a sanitiser has its own memory"; exit 77 ;; esac
echo 'int main(void) { return 0; }' >probe.c
cc -shared -fPIC -o probe.so probe.c 2>/dev/null || { echo "no shared libraries"; exit 77; }
/usr/bin/python3 "$SRC/tests/faults/run" --sample 2>&1 |
    grep -v '^[0-9]* faults, 0 complaints$' || true
