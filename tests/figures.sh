# figures.sh draws figures by name from the published measures and from one's own, picks runs by
# their heads, and says what is missing and which command makes it.
command -v gnuplot >/dev/null || { echo "no gnuplot" && exit 77; }
[ -d "$SRC/pipelines/results" ] || { echo "no published measures" && exit 77; }
figures() { "$SRC/pipelines/figures.sh" "$@" 2>&1 | sed "s|$SRC/||g"; }
figures list
figures nothing || echo "status $?"
figures fig2 fig5 OUT=out | sed 's/ (.*//'
ls out

# Own measures: two networks of one layer by two of decay; the figure of decay takes three of them.
mkdir own
for run in '1 1 true' '1 0 true' '2 1 true' '1 1 random'; do
    read -r seed decay labels <<<"$run"
    grok-train --modulus 11 --layers 1 --width 8 --heads 2 --steps 20 --warmup 2 --save 0,20 \
        --eval-every 5 \
        --weight-decay "$decay" --labels "$labels" --seed "$seed" |
        grok-spectrum -o "own/$seed-$decay-$labels.gts"
done
figures decay random fig4 FROM=own OUT=own/out |
    sed 's|own/out/||; s/, [0-9]* steps//' || echo "status $?"
figures fig1 FROM=absent || echo "status $?"
