# The architecture in lib/README.md: a room of lib/ uses only rooms before it in the list, no two
# files use each other in a circle, and each outside library is used by one room only.
rooms="stream gpt train cma spectrum bdm sfm llc sync plot foreign"
here=$PWD
cd "$SRC" || exit 1
failed=0
complain() { echo "$*"; failed=1; }

allowed=" "
for room in $rooms; do
    [ -d "lib/$room" ] || continue
    allowed="$allowed$room "
    while IFS=: read -r file include; do
        case $allowed in
        *" ${include%/*} "*) ;;
        *) complain "$file includes $include, but $room comes before ${include%/*}" ;;
        esac
    done < <(grep -oHE '^#include "[^"]*/[^"]*"' "lib/$room"/*.[ch] | sed 's/#include //; s/"//g')
done
for room in lib/*/; do
    case $allowed in *" $(basename "$room") "*) ;; *) complain \
        "$room is no room of the list" ;; esac
done
! grep -HE '^#include "[^"]*/' lib/*.[ch] || complain "what lies in lib/ itself includes a room"
! grep -HE '^#include "(cli|ckpt/)' lib/*.[ch] lib/*/*.[ch] ||
    complain "lib/ includes what is of tools/"

# A file uses another if it needs a symbol that the other defines: a circle is a chain back to
# itself.
for object in "$BUILD"/lib/*.o "$BUILD"/lib/*/*.o "$BUILD"/tools/cli*.o "$BUILD"/tools/*/*.o; do
    nm -g --format=posix "$object" | awk -v file="${object#"$BUILD"/}" '{ print $2, $1, file }'
done >"$here/symbols"
awk '$1 != "U" { home[$2] = $3 } { line[NR] = $0 } END {
    for (i = 1; i <= NR; i++) {
        split(line[i], f)
        if (f[1] == "U" && f[2] in home && home[f[2]] != f[3]) print f[3], home[f[2]]
    }
}' "$here/symbols" | sort -u >"$here/uses"
tsort "$here/uses" >/dev/null 2>"$here/circles" ||
    complain "files that use each other: $(sed 's/^tsort: -\{0,1\}//' "$here/circles" | tr '\n' ' ')"

while read -r header room; do
    others=$(grep -lE "^#include <$header" -r lib tools | grep -v "^lib/$room/" || true)
    [ -z "$others" ] || complain "<$header is known to more than $room: $others"
done <<'END'
zstd stream
msgpack stream
cblas gpt
kiss_fft spectrum
archive foreign
cjson foreign
END
exit "$failed"
