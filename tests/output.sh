# Where every tool writes: pipes and devices as they are, links by their target, modes kept, no file
# that is read at the same time, nothing left behind.
# shellcheck disable=SC2015 # complain returns 0: A && B || C is if-then-else here
failed=0
complain() { echo "$*"; failed=1; }
grok-train -p 5 --width 8 --steps 2 --eval-every 1 --save 0 -q -o run.gts
same() { cmp -s "$1" "$2" || complain "$3"; }

# Each tool that writes a stream or text: its own words, without -o.
tools=(
    "grok-train -p 5 --width 8 --steps 0"
    "grok-ckpt select run.gts" "grok-ckpt ls run.gts" "grok-ckpt stat run.gts" \
        "grok-ckpt table run.gts"
    "grok-ckpt cast --dtype f2 run.gts" "grok-ckpt repair run.gts" \
        "grok-ckpt get data.split --npy run.gts"
    "grok-spectrum run.gts" "grok-bdm --null 0 run.gts" "grok-cma --pairs 2 --skip none run.gts"
    "grok-plot curves --format svg run.gts" "grok-sfm crossover" "grok-ctm --states 1 --box 2x2"
)
for words in "${tools[@]}"; do
    read -ra tool <<<"$words"
    "${tool[@]}" -q -o want
    "${tool[@]}" -q -o - >got
    same want got "$words: -o - is not standard output"
    "${tool[@]}" -q -o /dev/stdout | cat >got
    same want got "$words: -o /dev/stdout"
    "${tool[@]}" -q -o /dev/fd/3 3>got
    same want got "$words: -o /dev/fd/3"
    "${tool[@]}" -q -o /dev/null
    [ -c /dev/null ] || complain "$words replaced /dev/null"
    mkfifo pipe
    cat pipe >got &
    "${tool[@]}" -q -o pipe
    wait $!
    same want got "$words: -o FIFO"
    [ -p pipe ] || complain "$words replaced a FIFO"
    # While it waits for a reader a signal ends it.
    code=0
    timeout -k 60 .2 "${tool[@]}" -q -o pipe || code=$?
    [ "$code" = 124 ] || complain "$words: SIGTERM while it waits for a reader: $code"
    rm pipe
    # A link's target is written, also where there is none yet; the link stays.
    mkdir there && ln -s there/target link
    "${tool[@]}" -q -o link
    same want there/target "$words: -o symlink"
    [ -L link ] || complain "$words replaced a link"
    # The mode of a file that is replaced stays.
    chmod 640 there/target && "${tool[@]}" -q -o there/target
    [ "$(stat -c %a there/target)" = 640 ] || complain "$words changed a file's mode"
    # No clobber.
    code=0
    "${tool[@]}" -n -o there/target 2>said || code=$?
    { [ "$code" = 1 ] && grep -q "exists and is not replaced" said; } ||
        complain "$words: -n: $code $(cat said)"
    "${tool[@]}" -q -n -o there/other || complain "$words: -n of what is not there"
    # A file that may not grow: told, and what was there stays.
    echo old >there/target
    code=0
    (ulimit -f 0 && "${tool[@]}" -q -o there/target) 2>&1 | cat >said || code=$?
    { [ "$code" = 1 ] && grep -q 'File too large' said && [ "$(cat there/target)" = old ] &&
        [ "$(ls there)" = $'other\ntarget' ]; } ||
        complain "$words: a limit: $code $(cat said) $(ls there)"
    rm -r there link
done

# No name is no file: said before anything is read or computed.
nameless() { # OPTION COMMAND...
    local option=$1 code=0
    shift
    "$@" "$option" '' </dev/null >got 2>said || code=$?
    { [ "$code" = 2 ] && [ ! -s got ] && grep -qe "$option: the name of a file is empty" said; } ||
        complain "$* $option '': $code $(cat said)"
}
for words in "${tools[@]}" "grok-sync" "grok-llc" "grok-ckpt import" "grok-ckpt export"; do
    read -ra tool <<<"$words"
    nameless --output "${tool[@]}"
done
for option in --state --from --axes --ctm; do
    case $option in --axes) of=spectrum ;; --ctm) of=bdm ;; *) of=train ;; esac
    nameless $option grok-$of
done

# Input that is output.
input=run.gts
refused() { # FILE COMMAND...: FILE is a copy of $input
    local file=$1 code=0
    shift
    cp "$input" "$file"
    "$@" 2>said || code=$?
    same "$input" "$file" "$* damaged its input"
    { [ "$code" = 1 ] && grep -q "is input and output at once" said; } ||
        complain "$*: $code $(cat said)"
}
refused x.gts grok-ckpt select x.gts -o x.gts
refused x.gts bash -c 'grok-ckpt select x.gts >>x.gts'
refused x.gts bash -c 'grok-ckpt select <x.gts >>x.gts'
refused x.gts bash -c 'grok-ckpt ls x.gts >>x.gts'
refused x.gts grok-ckpt cast --dtype f2 x.gts -o x.gts
refused x.gts grok-spectrum x.gts -o x.gts
refused x.gts grok-bdm x.gts -o x.gts
refused x.gts grok-cma x.gts -o x.gts
refused x.gts grok-plot curves --format svg x.gts -o x.gts
refused x.gts grok-sync runs x.gts -o x.gts
# An option names it, or it is in the directory that is read.
refused x.gts grok-train --from x.gts --steps 2 -q -o x.gts
refused x.gts bash -c 'grok-train --from x.gts --steps 2 -q >>x.gts'
refused x.gts grok-train --from x.gts --steps 2 -q --state s -o x.gts
refused s grok-train --from s --steps 2 -q --state s -o y.gts
refused s grok-train --from s --steps 2 -q --state s --resume -o y.gts
refused y.gts.part grok-train --from y.gts.part --steps 2 -q --state s -o y.gts
refused x.gts grok-spectrum --axes x.gts run.gts -o x.gts
grok-ctm --depth 6 -q -o tables.gts
input=tables.gts
refused x.gts grok-bdm --ctm x.gts --null 0 run.gts -o x.gts
grok-ckpt export m.d run.gts
for name in model.safetensors data.safetensors config.json; do
    cp m.d/$name whole
    input=whole
    refused m.d/$name grok-ckpt import m.d -o m.d/$name
done
cp m.d/model.safetensors whole
refused x.safetensors grok-ckpt import x.safetensors -o x.safetensors
input=run.gts
cp run.gts x.gts && ln x.gts hard.gts && ln -s x.gts soft.gts
refused x.gts grok-ckpt select x.gts -o hard.gts
refused x.gts grok-ckpt select x.gts -o soft.gts
grok-ckpt ls - </dev/null >/dev/null 2>&1 || true # a device may be both

# What cannot be written is told, with nothing left behind.
touch readonly && chmod 444 readonly
for target in . missing/x.gts /proc/self/nothing "$(printf 'n%.0s' {1..300})" /dev/fd/77; do
    code=0
    grok-ckpt select run.gts -o "$target" 2>said || code=$?
    { [ "$code" = 1 ] && grep -q "cannot write" said; } || complain "-o $target: $code $(cat said)"
done
ln -s loop loop
grok-ckpt select run.gts -o loop 2>said && complain "wrote to a link that is its own target"
if [ "$(id -u)" != 0 ]; then
    grok-ckpt select run.gts -o readonly 2>said &&
        complain "replaced a file that must not be written"
fi
# Killed, a tool removes what is not whole.
mkfifo slow
grok-ckpt select slow -o stopped.gts &
child=$!
exec 4>slow
for _ in {1..200}; do ! compgen -G 'stopped.gts.*' >/dev/null || break; sleep .02; done
kill -TERM $child
wait $child || true
exec 4>&-
! compgen -G 'stopped.gts*' || complain "a stopped tool left its file"
# Where standard output or error is closed, what goes there does not go into a file instead.
grok-ckpt select -v -o whole.gts <run.gts 2>&-
grok-ckpt verify whole.gts || complain "messages were written into a file"
grok-ckpt select --step 0 run.gts -o less.gts
code=0
grok-ckpt diff run.gts less.gts >&- 2>said || code=$?
{ [ "$code" = 2 ] && grep -q "cannot write 'standard output'" said; } ||
    complain "diff without standard output: $code $(cat said)"
code=0
grok-ckpt ls - <&- 2>said >listed || code=$?
{ [ "$code" = 1 ] && grep -q "cannot read 'standard input': Bad file" said; } ||
    complain "ls without standard input: $code $(cat said)"
# A name as long as names may be
long=$(printf '%255s' '' | tr ' ' x)
grok-ckpt select run.gts -o "$long" && grok-ckpt verify "$long" || complain "no name of 255 letters"
# Somebody who watches is told that a file was replaced.
grok-ckpt select run.gts -v -o hard.gts 2>said
grep -q "'hard.gts' is replaced" said || complain "no word of the file replaced"
exit "$failed"
