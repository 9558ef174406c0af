# shellcheck shell=bash disable=SC2086
# What --resume finds beside the state must be what was there; else it is said, and nothing is
# passed off.
run="grok-train -p 11 --width 16 --heads 2 --eval-every 20 --save every:50 --threads 1 --state st --resume"
code() { code=0; "$@" >/dev/null 2>said || code=$?; head -n 1 said; echo "status $code"; }
same() { cmp -s <(zstd -dcq run.gts) <(zstd -dcq good) && echo the run; }
damage() { printf 'x' | dd of="$1" bs=1 seek=$(($(stat -c %s "$1") / 2)) conv=notrunc 2>/dev/null; }
$run --steps 100 -o run.gts
cp run.gts good && cp st finished

echo "# finished"
code $run --steps 100 -o run.gts
rm run.gts && code $run --steps 100 -o run.gts && same
mv run.gts other.gts && code $run --steps 100 -o run.gts && same
grok-train -p 11 --steps 0 -o run.gts && code $run --steps 100 -o run.gts && same
damage run.gts && code $run --steps 100 -o run.gts && same
echo more >>run.gts && code $run --steps 100 -o run.gts && same
mv run.gts run.gts.part && code $run --steps 100 -o run.gts &&
    same # killed before the part got its name
rm run.gts && code $run --steps 200 -o run.gts && grok-ckpt verify run.gts

echo "# stopped"
rm -f st run.gts*
timeout --preserve-status -s TERM 1 $run -q --steps 1M -o run.gts || true
cp run.gts.part part && cp st stopped
again() { cp part run.gts.part && cp stopped st; }
rm run.gts.part && code $run --steps 1M -o run.gts
cp good run.gts && code $run --steps 1M -o run.gts # an old file under the name
again && damage run.gts.part && code $run --steps 1M -o run.gts
again && truncate -s 0 run.gts.part && code $run --steps 1M -o run.gts
again && head -c "$(stat -c %s part)" /dev/zero >run.gts.part && code $run --steps 1M -o run.gts
again && cp good run.gts.part && code $run --steps 1M -o run.gts
cmp st stopped && echo the state is as it was
# What came after the state was saved is cut off.
again && echo more >>run.gts.part &&
    code timeout --preserve-status -s TERM 1 $run --steps 1M -o run.gts |
    sed 's/step [0-9]*/step N/'
rm -f st run.gts*

echo "# without --resume"
cp finished st
code grok-train --state st -o run.gts
cmp st finished && ls run.gts* 2>/dev/null || echo nothing written

echo "# with --no-clobber"
rm -f st run.gts*
code $run -n --steps 20 -o good
code $run -n --steps 20 -o run.gts
grok-ckpt verify run.gts && rm -f st run.gts*

echo "# one name twice"
rm -f st
twice() { code grok-train --steps 1 --state "$1" -o "$2"; }
twice a.part a
twice b b.part
twice x x
twice ./x x
twice c.lock c
twice d.more d
echo kept >one && ln one two && ln -s one three
twice one two
twice one three
cat one
twice st /dev/null
twice st /dev/stdout
twice st .
mkfifo fifo && twice st fifo

echo "# a run that diverges"
bad="grok-train -p 11 --lr 10 --init-scale 10 --weight-decay 1000 --eval-every 1 --steps 1k --clip 0 -q"
code $bad -o bad.gts | sed 's/step [0-9]*/step N/'
grok-ckpt verify bad.gts && grok-ckpt ls bad.gts | awk '$2 == "end" { print $2, $NF }'
grok-ckpt table bad.gts | awk '$6 == "NaN" && $5 != "train.grad_norm"'
grok-ckpt stat bad.gts | awk 'NR > 1' | grep -iE '\b(nan|inf)\b' || echo all weights finite
code $bad --state st -o with.gts | sed 's/step [0-9]*/step N/'
cmp <(zstd -dcq bad.gts) <(zstd -dcq with.gts) &&
    code $bad --state st --resume -o with.gts | sed 's/step [0-9]*/step N/'
# The figures of the last step are looked at, too.
code grok-train -p 11 --lr 10 --weight-decay 1000 --steps 3 -o three.gts |
    sed 's/step [0-9]*/step N/'
ls
