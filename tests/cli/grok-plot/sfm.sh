# The three kinds of output of grok-sfm, each alone and all together.
grok-sfm --modulus 13 --steps 80 -o run.gts
grok-sfm crossover -o crossover.gts
grok-sfm phase --modulus 7 --train-frac 0.3,0.6,0.9 --beta 0.01,0.1 --steps 20 -o phase.gts
cat run.gts crossover.gts phase.gts >all.gts
for stream in run crossover phase all; do
    grok-plot sfm $stream.gts -o $stream.svg
    for text in 'complexity λ' 'samples n' 'n\* = 107918' 'fraction of the data seen'; do
        grep -q "<text>$text</text>" $stream.svg && echo "$stream: $text"
    done
done
