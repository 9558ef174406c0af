#!/usr/bin/env bash
# figures.sh - draw the paper's figures by name, from the published measures or one's own
# in: streams of measures below FROM   out: OUT/NAME.svg   all: half a minute of one core
# usage: figures.sh [list] [NAME...] [FROM="dir..."] [OUT=dir] [FORMAT=svg|png|pdf]
#
# `list' prints the names; without names, all figures are drawn for which there are measures.  A
# figure shows the deepest run that has these measures, or all runs like it; its title says which.
# If measures are missing, a message says which, and the command that makes them.  `readme' draws
# the pictures of the README into pipelines/figures/; it trains one small network.
# settings: FROM="pipelines/results" OUT=out/figures FORMAT=svg
set -euo pipefail
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/jobs.sh"
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/runs.sh"
names=() given=()
for word; do
    case $word in
    -* | *=*) given+=("$word") ;;
    *) names+=("$word") ;;
    esac
done
settings FROM FORMAT -- "${given[@]}"
here=$(dirname "$0")
from=("$here/results") out=${OUT:-out/figures} format=${FORMAT:-svg}

# NAME | KIND OF PICTURE, OPTIONS | METRICS AND MEASURES NEEDED | RUNS | COMMAND THAT MAKES THEM |
# WHAT IT SHOWS.  RUNS: one, or all that differ in these settings, with machines or without.  First
# the paper's figures, then those of its appendix, by claim.
table() {
    cat <<'END'
fig1      | curves --name train.*_acc | train.test_acc | op | deep.sh SETS=deep | C1: accuracy over training, for each operation
fig2      | heads | cma.cms | one | figure2.sh | C3: causal mediation of every head at the paper's steps
fig2-skip | skip | cma.acc_null | one | figure2.sh | C4, C5: accuracy without thirds and windows of layers, by part
fig3a     | ring | spectrum.pca | one | deep.sh | C8: residues on the first two components, and in the planes of rings
trajectory | trajectory | spectrum.pca_frozen | one | deep.sh | C8: the path of every residue on the first three components
fig3b     | curves --name spectrum.gini2d_power,spectrum.ipr2d_power,train.*_acc | spectrum.gini2d_power | op | deep.sh | C10: Gini and IPR of the embedding's power
fig4      | complexity | bdm.z | one | deep.sh | C12, C14, C16: complexity, shuffled weights beside it, and its fall in every layer
fig5      | sfm | sfm.weights | one | sfm.sh | C23: the singular feature machine, accuracy and weights
decay     | curves --name train.test_acc,spectrum.gini2d_power | train.test_acc spectrum.gini2d_power | weight_decay | deep.sh SETS="deep decay two" | C2, C11: accuracy and Gini by weight decay
seeds     | seeds | cma.cms cma.total | seed | deep.sh | C6: the heads that lead in each seed, with their effect in the others
positions | positions | cma.positions | one | deep.sh | C7: causal mediation at each position
controls  | controls | cma.context | one | deep.sh | C7: causal mediation beside patches that should have no effect
topology  | embedding | spectrum.h1_lifetime | one | deep.sh | C9: longest loop, circular correlation, homomorphism error
random    | curves --name train.*_acc,bdm.bits | bdm.bits | labels | deep.sh SETS="two random" | C13: complexity with random labels
variants  | curves --name bdm.bits,bdm.bits_2x4,bdm.bits_8x4,bdm.bits_4x3,bdm.bits_4x8 | bdm.bits_4x3 | one | deep.sh | C15: complexity by symbols and blocks
layers    | layers | bdm.bits cma.mean_abs | one | deep.sh | C17: each layer's fall of complexity against its causal effect
ranks     | ranks | spectrum.stable_rank | one | deep.sh | C18: nuclear norm and ranks
two       | complexity | bdm.z | two | deep.sh SETS=two | C19: complexity of two layers
scaling   | scaling | train.test_acc | modulus | deep.sh SETS=primes | C20: step of generalisation against the modulus
crossover | scaling --name crossover | train.test_acc | modulus machine | deep.sh SETS=primes | C21: the machine's n* against the step of generalisation
together  | curves --name train.*_acc,spectrum.gini2d_power,spectrum.homomorphism,spectrum.h1_lifetime,cma.active,bdm.bits | bdm.bits cma.active spectrum.h1_lifetime | one | deep.sh | C22: all that should change with generalisation, on one axis of steps
dlog      | curves --name sfm.support | sfm.support | no_dlog step_size | sfm.sh | C24: the machine with and without the discrete logarithm
rate      | curves --name train.*_acc | train.test_acc | lr | deep.sh SETS="two sweeps" | C25: accuracy by learning rate
warmup    | curves --name train.*_acc | train.test_acc | warmup | deep.sh SETS="two sweeps" | C25: accuracy by warm-up
batch     | curves --name train.*_acc | train.test_acc | batch | deep.sh SETS="two sweeps" | C25: accuracy by batch
llc       | llc | llc.lambda | weight_decay op | llc.sh DEEP=... | X1: the learning coefficient, with decay and without
llc-one   | llc | llc.lambda | one layer | llc.sh | X1: the same of one layer, and with too few equations
spectrum  | spectrum | spectrum.power2d | one | deep.sh | the transform of the embedding
END
}

# The lines of the index that a figure is about
runs() { # RUNS NEED
    local -a keys
    case $1 in
    one) pick "$2" <"$made/index" | head -n 1 ;;
    'one layer') awk -F '\t' '$3 == 1' "$made/index" | pick "$2" weight_decay train_frac ;;
    *' machine') pick "$2" "${1% machine}" <"$made/index" ;;
    two) awk -F '\t' '$3 == 2' "$made/index" | pick "$2" op ;;
    *) read -ra keys <<<"$1" && pick "$2" "${keys[@]}" <"$made/index" ;;
    esac
}

# The lines of the machines that a figure shows beside its runs
machines() { # RUNS
    case $1 in *' machine') grep ',sfm.crossover,' "$made/index" || true ;; esac
}

# The checkpoints with a map of heads that are nearest to the paper's, 2k and 4k between, and the
# last
shown() { # FILE RUN
    grok-ckpt ls --run "$2" --name cma.cms --kind tensor "$1" | awk -F '\t' '
        $2 == "tensor" { step[n++] = $3; last = $3 > last ? $3 : last }
        END {
            m = split("100 1000 2000 4000 10000 100000", want, " ")
            for (i = 1; i <= m; i++)
                for (k = 0; k < n; k++)
                    if (step[k] > want[i] / 1.1 && step[k] < want[i] * 1.1 && step[k] < last / 1.2 && !done[i]++)
                        list = list step[k] ","
            if (split(list, _, ",") > 2) printf "--step %s%d", list, last
        }'
}

draw() { # NAME: 1 when the streams lack what it needs
    local name kind need of by says lines more title file below
    local -a options files steps=()
    IFS='|' read -r name kind need of by says < <(table | awk -v name="$1" '$1 == name' |
        sed 's/ *| */|/g')
    lines=$(runs "$of" "$need")
    more=$(machines "$of")
    [[ $of != *' machine' || $more ]] || lines="" need+=" and sfm.crossover" by=sfm.sh
    if [ -z "$lines" ]; then
        [[ $of == one || $of == two ]] || need+=" of runs that differ in ${of% machine}"
        case $by in deep.sh*) below=deep/measures ;; *) below=${by%%.sh*} ;; esac
        echo "$0: $name needs $need, which '${from[*]}' has not; $here/$by makes it: then FROM=out/$below" >&2
        return 1
    fi
    read -ra options <<<"$kind"
    mapfile -t files < <(of_runs "$made/index" <<<"$lines" | files)
    title=$(scale <<<"$lines")
    if [ "$more" ]; then
        lines+=$'\n'$more
        mapfile -t files < <(files <<<"$lines")
    fi
    [ "$name" != fig2 ] || read -ra steps < <(shown "${files[0]}" "$(ids <<<"$lines")"; echo)
    file=$out/$name.$format
    grok-ckpt select --run "$(ids <<<"$lines")" "${files[@]}" |
        grok-plot "${options[@]}" "${steps[@]}" --title "$title" -o "$file" || return 1
    printf '%s: %s (%s)\n' "$file" "$says" "$title"
}

# The README's: a small network that is trained here, and the deepest published run
readme() {
    out=$here/figures format=png
    grok-train --preset demo | grok-spectrum -t | grok-bdm -t --null 10 |
        grok-cma -o "$made/demo.gts"
    grok-plot dashboard -o "$out/dashboard.png" "$made/demo.gts"
    draw fig2 && mv "$out/fig2.png" "$out/heads.png"
    draw fig2-skip && mv "$out/fig2-skip.png" "$out/skip.png"
}

if [ "${names[*]}" = list ]; then
    table | sed -E 's/^([^ |]*) *\|.*\| */\1\t/' | expand -t 12
    echo "readme      the pictures of the README"
    exit 0
fi
[ -z "${FROM-}" ] || read -ra from <<<"$FROM"
for name in "${names[@]}"; do
    [ "$name" = readme ] || table | grep -q "^$name " || {
        echo "$0: there is no figure '$name'; '$0 list' tells them" >&2
        exit 2
    }
done
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
for folder in "${from[@]}"; do
    [ -d "$folder" ] || { echo "$0: there is no directory '$folder'" >&2 && exit 1; }
done
mkdir -p "$out"
index "${from[@]}" >"$made/index"
[ -s "$made/index" ] || { echo "$0: there is no stream below '${from[*]}'" >&2 && exit 1; }
status=0
if [ ${#names[@]} = 0 ]; then
    for name in $(table | cut -d ' ' -f 1); do draw "$name" || true; done
else
    for name in "${names[@]}"; do
        if [ "$name" = readme ]; then readme; else draw "$name" || status=1; fi
    done
fi
exit $status
