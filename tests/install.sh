# make install puts every tool, manual and completion in place; make uninstall removes them all.
mode=release
case $BUILD in */asan*) mode=asan ;; */debug*) mode=debug ;; esac
case $BUILD in *-clang) CC=clang ;; *) CC=gcc ;; esac
make -s -C "$SRC" CC=$CC MODE=$mode DESTDIR="$PWD/root" PREFIX=/usr install
for source in "$SRC"/tools/grok-*.c; do
    tool=$(basename "$source" .c)
    "root/usr/bin/$tool" --version | grep -q "^$tool [0-9]"
    test -s "root/usr/share/man/man1/$tool.1"
    # Its completion knows its commands, and of each the options that its --help tells.
    mapfile -t commands < <("root/usr/bin/$tool" --help |
        sed -n 's/^  \([a-z][a-z]*\)  .*/\1/p')
    (
        # shellcheck source=/dev/null
        . "root/usr/share/bash-completion/completions/$tool"
        complete_words() { # WORD...: what the last can become
            COMP_WORDS=("$tool" "$@") COMP_CWORD=$# COMPREPLY=()
            "_${tool/-/_}" "root/usr/bin/$tool" || true
            printf '%s\n' "${COMPREPLY[@]}"
        }
        for command in '' "${commands[@]}"; do
            [ "$tool" != grok-train ] || [ -z "$command" ] || continue # those are presets
            [ -z "$command" ] || complete_words "$command" | grep -x -- "$command" >word ||
                echo "$tool does not complete $command"
            "root/usr/bin/$tool" ${command:+"$command"} --help >help
            grep -oE '^  (-.,|   ) --[a-z0-9-]+' help | sed 's/.* --/--/' |
                sort >options || continue
            complete_words ${command:+"$command"} -- | sort | cmp - options
        done
    )
done
for tool in root/usr/bin/*; do
    test -s "root/usr/share/zsh/site-functions/_$(basename "$tool")"
    test -s "root/usr/share/fish/vendor_completions.d/$(basename "$tool").fish"
done
test -s root/usr/share/man/man5/grok-stream.5
test -s root/usr/share/man/man7/grok.7
ls root/usr/share/grok-tools/pipelines root/usr/share/grok-tools/pipelines/slurm
make -s -C "$SRC" CC=$CC MODE=$mode DESTDIR="$PWD/root" PREFIX=/usr uninstall
find root -type f
