# The commands in README.md and pipelines/README.md run, one after the other.  Only the networks are
# smaller than there, so that each command takes a second.
. "$SRC/tests/manual.bash"
smaller grok-train --modulus 13 --width 32 --heads 2 --batch full --steps 60 --warmup 5 \
    --save 0,20,60 --eval-every 5
smaller grok-sfm --modulus 13
smaller grok-llc --chains 2 --draws 10
mkdir readme pipelines
# Python with the packages that `make check` installs is Debian's.
export PATH=$PWD/smaller:/usr/bin:$PATH OMP_NUM_THREADS=1
run() { # FILE: a script
    timeout 200 bash -eu -o pipefail "$1" >../said 2>../warned </dev/null ||
        { cat "$1" ../said ../warned && exit 1; }
}

# README.md: its indented blocks.  Not here: `make demo` and `make check` install packages; PATH is
# set.
awk '/^    / { if (!block) { n++; block = 1 } print substr($0, 5) > sprintf("block.%02d", n); next }
    { block = 0 }' "$SRC/README.md"
cd readme || exit
for block in ../block.*; do
    ! grep -q '^make \|^PATH=' "$block" || continue
    run "$block"
    cp ../said "$block.said"
done
ls
# Rows of claims and of rules; checkpoints as Python sees them; the greatest test accuracy.
grep -c '^| [CX][0-9]* |' ../block.*.said | cut -d : -f 2 | paste -sd ' '
said=$(grep -l '^head' ../block.*.said)
grep -c '^tensor transformer.wte.weight$' "$said"
best=$(grok-ckpt table --name train.test_acc run.gts | sed 1d | cut -f 6 | sort -g | tail -n 1)
[ "$best" = "$(tail -n 1 "$said")" ] || echo "the greatest test accuracy is $best"
cd ..

# pipelines/README.md: scripts of its table that take minutes there; paper.sh and others are run by
# pipelines.sh.
cd pipelines || exit
for script in 'decay.sh DECAYS="1 2 4" STEPS=4000' 'bdm-ablation.sh SEEDS="1 2"' \
    'primes.sh SEEDS="1 2" STEPS=5000'; do
    printf '%q %s\n' "$SRC/pipelines/${script%% *}" "${script#* }" >../script
    run ../script
done
find . -name '*.md' -o -name '*.svg' | LC_ALL=C sort
# The scripts that its table lists are there.
grep -oE '^\| `[a-z/-]+\.(sh|sbatch)`' "$SRC/pipelines/README.md" | tr -d '|` ' |
    while IFS= read -r script; do [ -f "$SRC/pipelines/$script" ] ||
    echo "there is no $script"; done
