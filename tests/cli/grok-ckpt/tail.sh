# A stream that is still being written: followed to its end, or only what there is so far.
grok-train -p 11 --width 8 --steps 30 --eval-every 5 --save 5,20 --threads 1 --no-provenance -q \
    -o run.gts
tail_() { grok-ckpt tail --no-provenance "$@"; }
tail_ run.gts >got.gts && cmp got.gts run.gts
tail_ -f --interval 0.01 run.gts >got.gts && cmp got.gts run.gts

# It grows in pieces that are no whole frames, under the name that a running -o gives it.
/usr/bin/python3 - <<'END' &
import time
data = open("run.gts", "rb").read()
with open("grow.gts.part-x1y2z3", "wb", buffering=0) as f:
    for at in range(0, len(data), 1500):
        f.write(data[at:at + 1500])
        time.sleep(.02)
END
tail_ -f --interval 0.01 grow.gts >got.gts
wait
cmp got.gts run.gts
# That of --state.
cp run.gts other.gts.part
tail_ other.gts >got.gts && cmp got.gts run.gts
echo "a run that stops:"
for n in 1000 4000 6000; do
    head -c $n run.gts >cut.gts
    tail_ cut.gts >got.gts
    grok-ckpt verify got.gts
    grok-ckpt ls got.gts | tail -n 1 | cut -f 2,9
done
echo "a large tensor that is cut:"
grok-train -p 31 --width 160 --steps 0 --save 0 --threads 1 -q -o big.gts
head -c 300000 big.gts >cut.gts
tail_ cut.gts >got.gts && grok-ckpt verify got.gts && grok-ckpt ls got.gts | tail -n 1 | cut -f 2,9
echo "bad:"
head -c 200 run.gts >cut-at-once.gts
for words in "" "run.gts run.gts" "missing.gts" "--interval 0 run.gts" "cut-at-once.gts"; do
    read -ra options <<<"$words"
    code=0
    tail_ "${options[@]}" >out 2>said </dev/null || code=$?
    echo "$words: $code: $(head -n 1 said)"
done
