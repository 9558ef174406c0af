# Every tool has a manual that mandoc accepts and that documents each option of its --help; every
# option in a manual exists.  Shared options may be documented in grok.7 instead.
failed=0
complain() { echo "$*"; failed=1; }

names() { grep -oE '^\.It .*' "$1" | grep -oE 'Fl -[a-z0-9-]+' | sed 's/Fl -//' | sort -u; }

for page in "$SRC"/man/*.[157]; do
    lint=$(mandoc -Tlint -Wwarning "$page" 2>&1 | sed "s|$SRC/||") || complain "$lint"
done
names "$SRC/man/grok.7" >shared
for source in "$SRC"/tools/grok-*.c; do
    tool=$(basename "$source" .c)
    page=$SRC/man/$tool.1
    [ -f "$page" ] || { complain "$tool has no manual"; continue; }
    {
        "$tool" --help
        for command in $("$tool" --help | sed -n 's/^  \([a-z][a-z-]*\)  .*/\1/p'); do
            "$tool" "$command" --help
        done
    } | grep -oE '^  (-.,|   ) --[a-z0-9-]+' | sed 's/.*--//' | sort -u >have
    names "$page" >documented
    for option in $(sort -u documented shared | comm -23 have -); do
        complain "$tool.1 does not document --$option"
    done
    for option in $(comm -23 documented have); do
        complain "$tool.1 documents --$option, which does not exist"
    done
done
exit "$failed"
