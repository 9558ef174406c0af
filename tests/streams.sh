# Every reader refuses a bad stream with one sentence and status 1, and leaves no output.
/usr/bin/python3 "$SRC/tests/bad-streams.py" . >cases
filters="grok-spectrum grok-bdm grok-cma grok-llc"
readers="$filters grok-plot:curves grok-ckpt:verify grok-ckpt:ls grok-ckpt:stat grok-ckpt:table"
failed=0
complain() { echo "$*"; failed=1; }
expect() { # STATUS TEXT COMMAND...: one line with TEXT on standard error, and no file left
    local want=$1 text=$2 got=0
    shift 2
    "$@" >stdout 2>stderr </dev/null || got=$?
    [ "$got" = "$want" ] || complain "$*: status $got, not $want: $(cat stderr)"
    grep -qF -- "$text" stderr || complain "$*: no '$text' in: $(cat stderr)"
    [ "$want" = 2 ] || [ "$(wc -l <stderr)" = 1 ] ||
        complain "$*: more than one line: $(cat stderr)"
    [ ! -e out.svg ] || { complain "$*: left its output behind"; rm -f out.svg; }
    ! compgen -G 'out.*' >/dev/null || { complain "$*: left a temporary file"; rm -f out.*; }
}
for reader in $readers; do
    IFS=: read -r tool command <<<"$reader"
    output=(-q -o out.svg)
    while IFS=$'\t' read -r file text; do
        # ls and table skip what they do not need, so not every damage is theirs to notice
        case "$command $file" in "ls flipped-large.gts" | "table flipped-large.gts" | \
            "curves flipped-large.gts") continue ;; esac
        expect 1 "$text" "$tool" ${command:+"$command"} "${output[@]}" "$file"
        expect 1 "standard input" "$tool" ${command:+"$command"} "${output[@]}" - <"$file"
    done <cases
    mkdir -p folder
    expect 1 "cannot read 'folder'" "$tool" ${command:+"$command"} "${output[@]}" folder
    expect 1 "cannot read 'missing.gts'" "$tool" ${command:+"$command"} "${output[@]}" missing.gts
    expect 2 "there is no option" "$tool" ${command:+"$command"} --no-such-option
done
# A reader that finds damage late has delivered the records before it.
grok-ckpt ls cut-between-frames.gts >seen 2>stderr || true
grep -q 'tensor.*w$' seen || complain "grok-ckpt ls: nothing of what comes before the damage"
for tool in $filters; do
    expect 1 "No space left on device" "$tool" -q -o /dev/full "$SRC/formats/golden/two-runs.gts"
    # A closed pipe ends a filter without a word: nobody has it open for reading, however slow the
    # machine is.
    /usr/bin/python3 -c '
import os, sys
read, write = os.pipe()
os.dup2(write, 1)
os.close(read)
os.execvp(sys.argv[1], sys.argv[1:])' "$tool" -q "$SRC/formats/golden/two-runs.gts" 2>stderr || true
    [ ! -s stderr ] || complain "$tool: closed pipe: $(cat stderr)"
    # A terminal is no place for a stream.
    if script -qec true /dev/null >/dev/null 2>&1 </dev/null; then
        script -qec "$tool $SRC/formats/golden/minimal.gts" /dev/null >tty.log </dev/null 2>&1 &&
            complain "$tool wrote to a terminal"
        grep -q "binary" tty.log || complain "$tool: terminal: $(cat tty.log)"
    fi
    for number in 1x 1e999 0x10 nan '' ' 1' 1.5 -1 9999999; do
        expect 2 "--threads" "$tool" --threads="$number" "$SRC/formats/golden/minimal.gts"
    done
done
# Measured twice by one tool, a stream would hold two answers: refused at once.
grok-train -p 5 --width 8 --steps 0 --save 0 -q -o run.gts
for tool in $filters; do
    options=()
    [ "$tool" != grok-cma ] || options=(--pairs 2 --skip none)
    "$tool" "${options[@]}" -q -t run.gts -o once.gts
    grok-ckpt verify once.gts || complain "$tool: its stream is not whole"
    expect 1 "already: the same measure twice in one stream" "$tool" "${options[@]}" -q \
        -o out.gts once.gts
done
# Many settings are read in linear time: in square time this would take minutes.
/usr/bin/python3 - >many.gts <<'END'
import sys, msgpack, zstandard
config = {f"setting_{i * 7919 % 40000}": i for i in range(40000)}
for record in [dict(kind="head", version=1, run="r", seed=1, config=config, provenance=[]),
               *[dict(kind="metrics", run="r", step=i, tool="grok-train",
                      values={f"train.{part}_{what}": float(i > 3) for part in ("train", "test")
                              for what in ("acc", "loss")}) for i in range(9)],
               dict(kind="end", run="r", status="complete", records=11)]:
    sys.stdout.buffer.write(zstandard.compress(msgpack.packb(record)))
END
grok-sync many.gts >table && grep -q 'train.test_acc' table
grok-ckpt ls --runs many.gts >table && grep -q complete table
grok-plot curves -o many.svg many.gts
exit "$failed"
