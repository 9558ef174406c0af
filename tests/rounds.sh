# shellcheck shell=bash disable=SC2086
# grok-train under attack, ROUNDS times in each way (3, or what the environment says): two at once
# on one output, killed and resumed, a disk that is full.  Its stream is always that of a quiet run.
rounds=${ROUNDS:-3}
SEED=${SEED:-$RANDOM} # of the instants and sizes; said with a failure
RANDOM=$SEED
run="grok-train -p 11 --op add,sub --layers 2 --width 16 --heads 2 --batch 30 --steps 900
    --eval-every 20 --save every:300,log:4 --threads 1 -q"
plain() { zstd -dcq "$1"; }
same() { # NAME: is it the quiet run?
    grok-ckpt verify "$1" >/dev/null && plain "$1" | cmp -s - whole
}
$run -o whole.gts
plain whole.gts >whole
mkdir work

# Two at once: the first to end is refused and says by whom; the other one is not disturbed.
alone=0
for ((i = 0; i < rounds; i++)); do
    rm -rf work/*
    case $((i % 3)) in # one state, two, none
    0) first="--state work/st --resume" second=$first ;;
    1) first="--state work/st --resume" second="--state work/st1 --resume" ;;
    2) first='' second='' ;;
    esac
    $run $first -o work/run.gts 2>work/said0 & a=$!
    $run $second -o work/run.gts 2>work/said1 & b=$!
    code=0
    wait -n -p ended "$a" "$b" || code=$?
    [ "$ended" = "$a" ] && said=work/said0 holder=$b || said=work/said1 holder=$a
    other=0
    wait "$holder" || other=$?
    if [ "$code$other" = 00 ]; then # one was over before the other began: again
        i=$((i - 1)) alone=$((alone + 1))
        [ "$alone" -lt $((rounds + 20)) ] || break
        continue
    fi
    [ "$code $other" = "1 0" ] || echo "status $code, then $other (seed $SEED)"
    grep -q "^grok-train: '.*' is being written by process $holder\$" "$said" || cat "$said"
    same work/run.gts || echo "round $i: another stream (seed $SEED)"
done
echo two at once

# Killed and stopped at random instants, and run again with the same command until it is done.  The
# instants come later each time, and the last is none: a machine under load is slow.
for ((i = 0; i < rounds; i++)); do
    rm -rf work/*
    code=1
    for ((k = 0; k <= 60 && code; k++)); do
        $run --state work/st --resume -o work/run.gts & pid=$!
        ms=$(((RANDOM % 90 + 10) * (10 + k) / 10))
        sleep "$((ms / 1000)).$(printf %03d $((ms % 1000)))"
        [ "$k" = 60 ] || kill -$((RANDOM % 2 ? 9 : 15)) $pid 2>/dev/null || true
        code=0
        wait $pid || code=$?
        case $code in 0 | 75 | 137 | 143) ;; *) echo "status $code (seed $SEED)" ;; esac
    done 2>/dev/null
    same work/run.gts || echo "round $i: another stream (seed $SEED)"
    rm -f work/*.lock # of those that were killed
    [ "$(cd work && echo *)" = "run.gts st" ] || echo "left: $(ls work)"
done
echo killed and resumed

# A disk that is full after so many kilobytes, and then has room: what was saved is whole.
whole=$(stat -c %s whole.gts)
cat >disk <<'END'
mount -t tmpfs -o size="$1k" disk work && shift
code=0
"$@" 2>said || code=$?
# With both names mount does not repeat the old options: a user must not give them.
mount -o remount,size=100m tmpfs work
echo "$code" >code
[ ! -e work/st ] || grok-ckpt verify work/st >/dev/null || echo "damaged state"
again=0
"$@" 2>>said || again=$?
echo "$again" >again
cp work/run.gts run.gts
END
limited() { # without the right to mount: a limit of the size of each file
    code=0
    kb=$1
    shift
    (ulimit -f "$kb" && "$@" 2>said) || code=$?
    echo "$code" >code
    again=0
    "$@" 2>>said || again=$?
    echo "$again" >again
    cp work/run.gts run.gts
}
full=0
for ((i = 0; i < rounds; i++)); do
    rm -rf work/* run.gts code again
    kb=$((4 + RANDOM % (whole * 3 / 4096)))
    command="$run --state work/st --resume -o work/run.gts"
    if unshare -rm true 2>/dev/null; then
        unshare -rm bash -eu disk "$kb" $command
    else
        limited "$kb" $command
    fi
    case $(cat code) in
    0) ;;
    1)
        full=$((full + 1))
        grep -qE 'No space left|File too large' said || cat said
        ;;
    *) echo "status $(cat code)" ;;
    esac
    [ "$(cat again)" = 0 ] || cat said
    same run.gts || echo "round $i, $kb kB: another stream"
done
[ "$full" -gt 0 ] && echo full disk
