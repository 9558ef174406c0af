# The pipelines, at a size that takes seconds: what they make, that a second run makes nothing
# again, that a killed one continues to the same results, and that a failing stage fails the whole.
export OUT=made
run() { "$SRC/pipelines/$1" "${@:2}" >said 2>&1 || { cat said >&2 && return 1; }; }

run demo.sh STEPS=120 SEED=3 OP=add
grep -E '^ +step|^ +(0|100|120) ' said | sed -E 's/[0-9.]+ %/_ %/g; s/ 0\.[0-9]+/ _/g'
ls made/demo

# Settings are checked.
"$SRC/pipelines/seeds.sh" SEED=3 2>&1 | sed "s|$SRC/||" || true

# Asked for help, each prints its head and does nothing.
mkdir asked
for script in "$SRC"/pipelines/*.sh; do
    [ -x "$script" ] || continue # sourced by others
    name=$(basename "$script")
    for option in -h --help; do
        said=$(cd asked && env -i PATH=/usr/bin:/bin "$script" $option)
        [[ $said == "$name - "* ]] || echo "$name $option prints something else"
    done
done
ls asked

for out in 'a b' 'd$(touch pwn)x' 'e`touch pwn`' 'f;touch pwn'; do
    OUT=$out "$SRC/pipelines/seeds.sh" 2>&1 | sed "s|$SRC/||" || true
    "$SRC/pipelines/demo.sh" OUT="$out" 2>&1 | sed "s|$SRC/||" || true
done
[ ! -e pwn ]

# Again: no job is run, and everything is as it was.
seeds() { run seeds.sh P=31 STEPS=150 SEEDS="1 2 3" "$@"; }
dir=made/seeds/add-p31-n150
seeds && md5sum $dir/*.* >before && cp $dir/jobs/train.log log
seeds && md5sum -c before --quiet && cmp log $dir/jobs/train.log
# A result that has gone is made again, by its job alone, to the same bits.
md5sum $dir/runs/s2.gts >before && rm $dir/runs/s2.gts
seeds && md5sum -c before --quiet

# Told to stop, it stops its jobs, which save their state; when it is run again it continues, with
# any number of jobs at a time.
"$SRC/pipelines/seeds.sh" P=31 STEPS=150 SEEDS="1 2 3" OUT=other >said 2>&1 &
pid=$!
until compgen -G "other/seeds/add-p31-n150/runs/*" >/dev/null; do
    kill -0 $pid && sleep 0.02
done
kill -TERM $pid && wait $pid || echo "status $?"
seeds OUT=other JOBS=1
for seed in 1 2 3; do cmp {made,other}/seeds/add-p31-n150/runs/s$seed.gts; done

# The whole paper, killed at random instants of its time, stage after stage, the script alone or all
# of its group: what it ends with is what it would have made at once.
paper() { run paper.sh P=13 STEPS=60 OPS="sub div" SEEDS="1 2" CONTROLS=labels "$@"; }
start=$(date +%s%N)
paper
took=$((($(date +%s%N) - start) / 1000000))
for round in 1 2 3 4; do
    OUT=killed setsid "$SRC/pipelines/paper.sh" P=13 STEPS=60 OPS="sub div" SEEDS="1 2" \
        CONTROLS=labels >said 2>&1 &
    pid=$!
    instant=$((took * RANDOM / 32768))
    sleep "$((instant / 1000)).$(printf '%03d' $((instant % 1000)))"
    kill -9 $((round % 2 ? pid : -pid)) 2>/dev/null || true
    wait $pid 2>/dev/null || true
done
# What a killed writer had half written is not kept.
touch killed/paper/small-p13-n60/{sub.md,runs/sub-s1.gts,figures/random.svg}.part-NQ6Xve
paper OUT=killed
diff -r -x jobs {made,killed}/paper && find killed/paper -type f ! -path '*/jobs/*' | wc -l
ls killed/paper/small-p13-n60

# A stage that fails fails the pipeline, and says which job it was.
mkdir broken && printf '#!/bin/sh\nexit 3\n' >broken/grok-train && chmod +x broken/grok-train
env PATH="$PWD/broken:$PATH" "$SRC/pipelines/seeds.sh" OUT=fail SEEDS=1 >said 2>&1 ||
    echo "status $?"
grep -o 'This job failed' said
printf '#!/bin/sh\nexit 3\n' >broken/grok-spectrum && rm broken/grok-train
chmod +x broken/grok-spectrum
env PATH="$PWD/broken:$PATH" "$SRC/pipelines/demo.sh" OUT=fail STEPS=20 >said 2>&1 ||
    echo "status not 0"
