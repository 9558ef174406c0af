# make install puts every tool, manual and completion in place; make uninstall removes them all.
mode=release
case $BUILD in */asan*) mode=asan ;; */debug*) mode=debug ;; esac
case $BUILD in *-clang) CC=clang ;; *) CC=gcc ;; esac
make -s -C "$SRC" CC=$CC MODE=$mode DESTDIR="$PWD/root" PREFIX=/usr install
for source in "$SRC"/tools/grok-*.c; do
    tool=$(basename "$source" .c)
    "root/usr/bin/$tool" --version | grep -q "^$tool [0-9]"
    test -s "root/usr/share/man/man1/$tool.1"
    bash -n "root/usr/share/bash-completion/completions/$tool"
done
test -s root/usr/share/man/man5/grok-stream.5
test -s root/usr/share/man/man7/grok.7
# A completion really completes.
(
    . root/usr/share/bash-completion/completions/grok-train
    COMP_WORDS=(grok-train --mod) COMP_CWORD=1
    _grok_train
    echo "${COMPREPLY[*]}"
)
make -s -C "$SRC" CC=$CC MODE=$mode DESTDIR="$PWD/root" PREFIX=/usr uninstall
find root -type f
