# shellcheck shell=bash disable=SC2086
# The results of all tools are the same bytes with any number of threads.
same() { # COMMAND
    local n
    for n in 1 2 3 4 7 16; do "$@" --threads $n -q -o $n.gts; done
    for n in 2 3 4 7 16; do cmp 1.gts $n.gts || return; done
    echo "${*: 1:2} the same"
}
grok-train -p 11 --layers 2 --width 16 --heads 4 --steps 20 --op add,mul --batch 64 --save 20 \
    --seed 1 -q -o run.gts
same grok-cma --pairs 32 run.gts
same grok-cma --memory 300k --pairs 32 --positions all run.gts
same grok-cma --memory 300k --pairs 32 --edges run.gts
same grok-cma --skip each run.gts
same grok-spectrum --progress-measures run.gts
same grok-bdm --null 3 run.gts
same grok-llc --chains 2 --draws 5 --burn-in 5 run.gts
same grok-sfm -p 11 --steps 20
same grok-sfm -p 11 --steps 20 --target onehot
