# Each object of the library exports only names that begin with the first word of its file's name.
failed=0
for object in "$BUILD"/lib/*.o; do
    word=$(basename "$object" .o)
    word=${word%%_*}
    while read -r symbol; do
        case $symbol in
        "${word}_"* | __asan* | __odr_asan* | __start_* | __stop_* | _GLOBAL_* | *.resolver) ;;
        *)
            echo "$(basename "$object"): $symbol"
            failed=1
            ;;
        esac
    done < <(nm -g --defined-only --format=posix "$object" | awk '{ print $1 }')
done
exit "$failed"
