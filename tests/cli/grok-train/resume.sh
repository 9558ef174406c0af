# shellcheck shell=bash disable=SC2086
# Killed at random instants and run again with the same command, on other numbers of threads, a run
# ends with the same records.
run="grok-train -p 11 --op add,sub --layers 2 --width 16 --heads 2 --batch 30 --steps 3000
    --eval-every 20 --save every:500,log:4 --stop-acc 2e-1 --stop-after 2900 --threads 1"
$run >whole.gts
zstd -dcq whole.gts >whole
# Turn by turn one dies by SIGKILL and one is asked to stop, until both have happened twice.
kills=0 stops=0
for i in {1..60}; do
    [ $((kills < 2 || stops < 2)) = 1 ] || break
    $run --threads $((i % 3 + 1)) --state st --resume -q -o run.gts & pid=$!
    sleep 0.0$((RANDOM % 90 + 10))
    kill -$((i % 2 ? 9 : 15)) $pid 2>/dev/null || true
    code=0
    wait $pid 2>/dev/null || code=$?
    case $code in
    137) kills=$((kills + 1)) ;;
    75) stops=$((stops + 1)) ;;
    143) ;; # before it was ready
    0) rm -f st ;; # too quick: again from the start
    *) echo "status $code" ;;
    esac
done 2>/dev/null
$run --state st --resume -o run.gts
zstd -dcq run.gts | cmp - whole && echo same records
[ "$kills" -lt 2 ] || [ "$stops" -lt 2 ] || echo killed and stopped
ls ./run* st
# What is finished stays as it is.
before=$(stat -c '%i %Y' run.gts)
$run --state st --resume -o run.gts
[ "$before" = "$(stat -c '%i %Y' run.gts)" ] && echo untouched
