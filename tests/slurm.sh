# A task of the Slurm job array, with this script in place of Slurm: when told that its time is
# over, it saves its state and asks to be queued again by itself; then it continues to the same bits
# as a run that was never stopped.
mkdir bin runs
printf '#!/bin/sh\necho "scontrol $*"\n' >bin/scontrol
chmod +x bin/scontrol
export PATH=$PWD/bin:$PATH MODEL='--preset demo --modulus 31 --steps 2000 --save every:500' \
    RUNS=runs
export SLURM_ARRAY_JOB_ID=7 SLURM_JOB_ID=7 SLURM_ARRAY_TASK_ID=12 SLURM_CPUS_PER_TASK=1
bash -n "$SRC/pipelines/slurm/train.sbatch"
bash "$SRC/pipelines/slurm/train.sbatch" 2>said &
task=$!
until [ -s runs/mul-s2.gts.part ]; do kill -0 $task && sleep 0.02; done
kill -TERM $task
wait $task && echo "status $?"
grep -o 'resume continues' said
[ -s runs/mul-s2.state ] && echo "a state"
bash "$SRC/pipelines/slurm/train.sbatch"
ls runs
# shellcheck disable=SC2086 # several words
grok-train $MODEL --op mul --seed 2 --threads 1 -o whole.gts
cmp whole.gts runs/mul-s2.gts && echo "the same bits"
# A task whose result is there has nothing to do; one that fails says so.
bash "$SRC/pipelines/slurm/train.sbatch" && echo "done before"
SLURM_ARRAY_TASK_ID=13 MODEL='--modulus 0' bash "$SRC/pipelines/slurm/train.sbatch" 2>/dev/null ||
    echo "status $?"
