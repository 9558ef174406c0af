# Runs with different seeds are one group: each with its own split, as by default, or all with the
# same split.
for seed in 0 1 2; do
    for split in -1 0 9; do
        grok-train --modulus 11 --layers 1 --width 16 --heads 2 --steps 60 --save none \
            --eval-every 5 \
            --seed $seed --split-seed $split -q >$seed.$split.gts
    done
done
groups() { # FILE...: each group, and how many runs it has; how many bands a picture has
    grok-sync phases --steps 60 --quantity train.train_acc --format tsv "$@" | grep train_acc |
        cut -f 1,3,6
    echo "bands: $(grok-plot curves --name train.train_acc --format script "$@" | grep -o filledcurves | wc -l)"
}
for split in -1 0 9; do groups [012].$split.gts; done
echo "two designs, which have seed 0 with split 0 in common:"
groups 2.-1.gts 0.0.gts [12].0.gts 1.-1.gts
echo "another split is another setting:"
groups 1.-1.gts 1.9.gts
