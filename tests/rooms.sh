# The architecture that lib/README.md draws: a room of lib/ uses only rooms before it in the list,
# and each outside library is known to one room.
rooms="stream gpt train cma spectrum bdm sfm llc sync plot foreign"
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
    case $allowed in *" $(basename "$room") "*) ;; *) complain "$room is no room of the list" ;; esac
done
! grep -HE '^#include "[^"]*/' lib/*.[ch] || complain "what lies in lib/ itself includes a room"
! grep -HE '^#include "(cli|ckpt/)' lib/*.[ch] lib/*/*.[ch] || complain "lib/ includes what is of tools/"

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
