# Which records are written, and that their numbers agree with each other
. "$SRC/tests/cli/grok-llc/run.bash"
show() { zstd -dcq | /usr/bin/python3 "$SRC/tests/cli/grok-llc/records.py"; }
short=(-q --chains 2 --draws 4 --burn-in 8 --leapfrog 3)
grok-llc "${short[@]}" --traces --hessian 2 run.gts | show
grok-llc "${short[@]}" --step last --part all,embeddings,attention,mlp,head,layer,heads \
    --nbeta 5 run.gts | show
grok-llc "${short[@]}" --step 240 --data op --part all,layer --traces run.gts | show
grok-llc "${short[@]}" --step 0 --data all --polish 3 run.gts | show
grok-llc "${short[@]}" --step 240 --data test run.gts | show
# -v tells each estimate with its status
grok-llc "${short[@]}" -v --sampler sgld --step-size 1 run.gts 2>said | zstd -dcq |
    grep -ao llc.status | wc -l
sed -n 's/\(lambda\) .*: /\1: /p' said
