# Each object of the library exports only names that begin with its room or with the first word of
# its file's name: lib/gpt/layer.c exports gpt_* and layer_*.
failed=0
for object in "$BUILD"/lib/*.o "$BUILD"/lib/*/*.o; do
    word=$(basename "$object" .o)
    word=${word%%_*}
    room=$(basename "$(dirname "$object")")
    while read -r symbol; do
        case $symbol in
        "${word}_"* | "${room}_"* | __asan* | __odr_asan* | __start_* | __stop_* | _GLOBAL_* | \
            *.resolver) ;;
        *)
            echo "$room/$(basename "$object"): $symbol"
            failed=1
            ;;
        esac
    done < <(nm -g --defined-only --format=posix "$object" | awk '{ print $1 }')
done
exit "$failed"
