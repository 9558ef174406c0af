# Wrong use and bad checkpoints, each with one sentence and its status
. "$SRC/tests/cli/grok-llc/run.bash"
try() {
    echo "\$ $*"
    "$@" >/dev/null </dev/null 2>said && s=0 || s=$?
    sed "s/-[0-9a-f]\{8\}'/'/; s/\(cannot read 'cut.gts'\).*/\1/" said
    echo "status $s"
}
try grok-llc --part heads,tail run.gts
try grok-llc --part '' run.gts
try grok-llc --nbeta 0 run.gts
try grok-llc --nbeta warm run.gts
try grok-llc --batch 100 run.gts
try grok-llc --batch 0 --sampler sgld run.gts
try grok-llc --gamma 0 run.gts
try grok-llc --chains 0 run.gts
try grok-llc --leapfrog 0 run.gts
try grok-llc --draws -1 run.gts
try grok-llc --burn-in -2 run.gts
try grok-llc --step-size -1 run.gts
try grok-llc --step 1-2 run.gts
# no checkpoint of that step: which there are; the pipe gets a whole stream all the same
try grok-llc --step 7,60..80 run.gts
{ grok-llc --step 7 run.gts 2>/dev/null || [ $? = 2 ]; } | grok-ckpt verify -q
# a temperature that no float can bear: no number, and why
grok-llc --nbeta 1e300 --chains 2 --draws 4 --burn-in 4 --step last -v run.gts 2>said |
    grok-ckpt table --name 'llc.lambda,llc.se,llc.temperature,llc.mean_loss,llc.status' | cut -f 5,6
sed -n 's/-[0-9a-f]\{8\}/-/; /lambda\|estimate/p' said
try grok-llc --data none run.gts
try grok-llc --loss-on none run.gts
try grok-llc --coordinates polar run.gts
try grok-llc --polish -1 run.gts
try grok-llc --hessian 2M run.gts
try grok-llc --sampler mala run.gts
try grok-llc --seed x run.gts
grok-ckpt select --kind head,metrics,end run.gts -o bare.gts
try grok-llc bare.gts
grok-ckpt select --name 'transformer.*,lm_head.*' run.gts -o nosplit.gts
try grok-llc nosplit.gts
grok-train --modulus 13 --layers 1 --width 16 --heads 2 --steps 0 --train-frac 1 -q -o whole.gts
try grok-llc --data test whole.gts
# every checkpoint refused: steps far too long
try grok-llc --sampler sgld --step-size 1 --chains 2 --draws 100 --burn-in 0 run.gts
head -c 9000 run.gts >cut.gts
try grok-llc -q cut.gts
{ grok-llc --chains 1 --draws 1 run.gts >/dev/full; } 2>&1 || echo "status $?"
# a closed pipe ends it without a word
{ grok-llc --chains 1 --draws 1 run.gts || [ $? = 141 ]; } | head -c 1 >/dev/null
