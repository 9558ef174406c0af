# Which records select passes, and that it passes their bytes unchanged
run=$SRC/formats/golden/two-runs.gts
list() { grok-ckpt ls | cut -f 1,2,3,9 | sed "s/op=.*/.../"; }
echo "run:"
grok-ckpt select --run '*-s1-*' "$run" | list
echo "kind:"
grok-ckpt select --kind metrics,comment "$run" | list
echo "role and name, through two pipes:"
grok-ckpt select --role measure <"$run" | grok-ckpt select --name 'all.i*' | list
grok-train --modulus 11 --layers 1 --width 8 --heads 2 --steps 6 --save 0,2,4,6 --eval-every 3 \
    --batch full -o run.gts
echo "all, byte for byte:"
grok-ckpt select --no-provenance run.gts | cmp - run.gts
# shellcheck disable=SC2002 # a pipe is not a file
cat run.gts | grok-ckpt select --no-provenance | cmp - run.gts
echo "last, from a file, a pipe and a redirection:"
grok-ckpt select --kind tensor --name '*wte*' --step last run.gts | list | cut -f 2-
# shellcheck disable=SC2002
cat run.gts | grok-ckpt select --kind tensor --name '*wte*' --step last | list | cut -f 2-
grok-ckpt select --kind tensor --name '*wte*' --step last <run.gts | list | cut -f 2-
echo "steps:"
grok-ckpt select --name '*wte*,train.lr,data.*' --step ..2,5.. run.gts | list | cut -f 2-3
echo "of the whole, of a layer, of all but matrices of blocks; other records pass:"
grok-spectrum --singular '*' run.gts -o ranks.gts
for of in '' 'layer *' ',[!t]*,*.wpe.*'; do
    grok-ckpt select --step 6 --of "$of" ranks.gts | grok-ckpt ls | cut -f 2,3,8 | sort | uniq -c
    echo
done
echo "run $(grok-ckpt verify run.gts && echo is whole)"
grok-ckpt select --step 4 run.gts | grok-ckpt verify
# In one frame of a compressor's making, too large to be held as small records
for _ in 1 2 3 4 5 6 7 8; do cat ranks.gts; done | zstd -dc | zstd -q -o framed.gts
grok-ckpt select --step 4 framed.gts | grok-ckpt verify
echo "nothing:"
for command in ls stat select table cast; do
    for what in '--of absent' '--name absent' '--step 5' '--run absent' '--role state' \
        '--kind absent'; do
        s=0
        # shellcheck disable=SC2086 # an option and its value
        grok-ckpt $command $what run.gts 2>said >out || s=$?
        echo "$s $(cat said)"
        [ "$command" != select ] || [ ! -s out ] || grok-ckpt verify out
    done
done
grok-ckpt select --name absent run.gts -o none.gts 2>/dev/null || [ ! -e none.gts ]
