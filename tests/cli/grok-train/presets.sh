# shellcheck shell=bash
# The paper's settings, entry by entry; `deep' differs from them only in width and operation.
config() { grok-train --preset "$@" --save none --steps 0 | grok-ckpt ls | awk '$2 == "head"' |
    cut -f 9 |
    tr ' ' '\n'; }
config paper --layers 1 --width 8 | grep -v '^kernel=\|^layers=\|^width=\|^mlp=\|^save=\|^steps='
grok-train --help | sed -n '/^  paper/,/^$/p'
diff <(config paper --layers 1 --width 8) <(config deep --layers 1 --width 8) || true
# The split has a seed of its own.
split() { grok-train -p 11 --steps 0 --save none "$@" | grok-ckpt get data.split | cksum; }
[ "$(split --seed 3)" = "$(split --seed 4 --split-seed 3)" ] &&
    [ "$(split --seed 3)" != "$(split --seed 4)" ] &&
    echo split as of seed 3
# The rate rises over 4 steps, then falls along half a cosine to its last step.
grok-train -p 11 --width 8 --steps 8 --schedule cosine --lr 1e-3 --min-lr 2e-4 --warmup 4 \
    --eval-every 1 --save none |
    grok-ckpt table -w --name train.lr | awk 'NR > 1 { printf "%s %.9f\n", $2, $3 }'
