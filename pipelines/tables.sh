#!/usr/bin/env bash
# tables.sh - the tables of pipelines/README.md, from the published measures or one's own
# in: streams of measures below FROM   out: Markdown on standard output   one core, a few seconds
# settings: FROM=pipelines/results
set -euo pipefail
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/jobs.sh"
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/runs.sh"
settings FROM -- "$@"
from=${FROM:-$(dirname "$0")/results}
[ -d "$from" ] || { echo "$0: there is no directory '$from'" >&2 && exit 1; }
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
index "$from" >"$made/index"

say() { printf '\n%s\n\n' "$1"; }

# The paper's steps, 2000 and 4000 between them, and the last that all runs reach, so that means are
# over all
steps() { # <LINES
    cut -f 4 | sort -n | head -n 1 | awk '{
        n = split("1000 2000 4000 10000 100000", step, " ")
        for (i = 1; i <= n; i++) if (step[i] < $1 / 1.1) printf "%d,", step[i]
        print $1
    }'
}

# Mean |CMS| of the layers of each third, by step
thirds() { # STEPS <STREAM
    grok-ckpt table --step "$1" --name cma.mean_abs --of 'layer *' | awk -F '\t' '
        NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i; next }
        {
            layer = $c["of"]
            sub(/layer /, "", layer)
            key = $c["run"] SUBSEP $c["step"] SUBSEP layer
            if (!(key in value) && !seen[$c["step"]]++) steps[++n] = $c["step"]
            value[key] = $c["value"] # measured twice at the last step: the later counts
            layers = layer + 1 > layers ? layer + 1 : layers
        }
        END {
            for (i = 2; i <= n; i++)
                for (j = i; j > 1 && steps[j - 1] + 0 > steps[j] + 0; j--) {
                    t = steps[j]
                    steps[j] = steps[j - 1]
                    steps[j - 1] = t
                }
            printf "| mean effect of the heads of layers |"
            for (i = 1; i <= n; i++) printf " step %d |", steps[i]
            printf "\n|---|"
            for (i = 1; i <= n; i++) printf "---|"
            for (third = 0; third < 3; third++) {
                low = int(third * layers / 3); high = int((third + 1) * layers / 3) - 1
                printf "\n| %d-%d |", low, high
                for (i = 1; i <= n; i++) {
                    sum = count = 0
                    for (key in value) {
                        split(key, part, SUBSEP)
                        if (part[2] == steps[i] && part[3] >= low && part[3] <= high) { sum += value[key]; count++ }
                    }
                    printf " %.3g |", count ? sum / count : "nan"
                }
            }
            print ""
        }'
}

# The longest window of layers that costs nothing, by part
windows() { # <STREAM
    grok-ckpt table --name 'cma.bypass*' | awk -F '\t' '
        NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i; next }
        { row = $c["of"] SUBSEP $c["step"]; if (!seen[row]++) rows[++n] = row; value[row, $c["name"]] = $c["value"] }
        END {
            print "| without | step | layers | from layer | test accuracy |\n|---|---|---|---|---|"
            for (i = 1; i <= n; i++) {
                split(rows[i], part, SUBSEP)
                sub(/ test/, "", part[1])
                printf "| %s | %d | %d | %d | %.3g |\n", part[1], part[2], value[rows[i], "cma.bypass"],
                    value[rows[i], "cma.bypass_first"], value[rows[i], "cma.bypass_acc"]
            }
        }'
}

# All tables of the runs of one scale
scale_tables() { # LINES
    local lines=$1 at what layers
    at=$(steps <<<"$lines")
    layers=$(head -n 1 <<<"$lines" | cut -f 3)
    what="$(scale <<<"$lines")"
    mapfile -t files < <(files <<<"$lines")
    grok-ckpt select --run "$(ids <<<"$lines")" -o "$made/runs.gts" "${files[@]}"
    printf '\n## %s\n' "$what"
    say "What the network has at some steps, mean ± deviation over runs (\`grok-sync phases --pool --steps $at\`):"
    grok-sync phases --pool --steps "$at" --quantity "train.*_acc,train.weight_norm,bdm.bits,bdm.null_mean,bdm.z,\
spectrum.gini2d_power,spectrum.ipr2d_power,spectrum.pca1,spectrum.pca2,spectrum.rings,spectrum.ring_r2,\
spectrum.h1_lifetime,spectrum.circular,spectrum.homomorphism,spectrum.nuclear,spectrum.stable_rank,cma.total,\
cma.mean_abs,cma.active" "$made/runs.gts"
    # Runs that never generalise have no such table.
    if grok-sync --pool "$made/runs.gts" >"$made/lags" 2>"$made/why"; then
        say "When each changes, and how far from test accuracy in decades of steps (\`grok-sync --pool\`):"
        cat "$made/lags"
    elif ! grep -q 'never generalises' "$made/why"; then
        cat "$made/why" >&2
        return 1
    fi
    [ "$layers" -ge 6 ] || return 0
    say "Causal effect by thirds of the layers (\`grok-ckpt table --name cma.mean_abs\`, averaged):"
    thirds "$at" <"$made/runs.gts"
    say "Test accuracy without a third of the layers, by part, beside as many random layers (\`acc_null\`, the same for \
each third; \`grok-sync phases --pool --quantity 'cma.acc*'\`):"
    grok-sync phases --pool --steps "$at" \
        --quantity 'cma.acc none test,cma.acc skip *-* test,cma.acc_null skip 0-* test' \
        "$made/runs.gts"
    if grep -q ',cma.bypass,' <<<"$lines"; then
        say "The longest window of layers without which at most a point of accuracy is lost (\`grok-ckpt table \
--name 'cma.bypass*'\`):"
        windows <"$made/runs.gts"
    fi
}

mapfile -t files < <(awk -F '\t' '$3 > 0' "$made/index" | files)
[ "${#files[@]}" -gt 0 ] || { echo "$0: there are no runs of a network below '$from'" >&2 &&
    exit 1; }
say "## Steps to grok"
echo "First step with test accuracy of 99 %, by settings (\`grok-sync grok --by layers,op,weight_decay,labels,...\`):"
echo
grok-sync grok --by layers,width,op,train_frac,weight_decay,labels,modulus,lr,warmup,batch \
    "${files[@]}"
lines=$(pick train.test_acc modulus <"$made/index")
if [ -n "$lines" ]; then
    say "How it grows with the modulus (\`grok-sync scaling\`; $(scale <<<"$lines")):"
    mapfile -t files < <(files <<<"$lines")
    grok-sync scaling "${files[@]}"
fi
# The deepest run with every map, then all of its scale, then two layers; without maps, the deepest
# there are.
deepest=$(pick "cma.acc_null bdm.z" <"$made/index")
[ -z "$deepest" ] || scale_tables "$deepest"
all=$(pick "cma.acc_null bdm.z" op <"$made/index")
[ "$all" = "$deepest" ] || scale_tables "$all"
two=$(awk -F '\t' -v any="${all:+no}" '$3 == 2 || any == ""' "$made/index" | pick "bdm.z" op)
[ -z "$two" ] || [ "$two" = "$all" ] || scale_tables "$two"
# The learning coefficient, and that of runs that never generalise; accuracies may be in a stream of
# their own
grep ',llc.lambda,' "$made/index" >"$made/llc" || exit 0
printf '\n## Local learning coefficient\n'
mapfile -t depths < <(cut -f 3 "$made/llc" | sort -nu)
for layers in "${depths[@]}"; do
    lines=$(awk -F '\t' -v layers="$layers" '$3 == layers' "$made/llc")
    mapfile -t files < <(of_runs "$made/index" <<<"$lines" | files)
    grok-ckpt select --run "$(ids <<<"$lines")" -o "$made/runs.gts" "${files[@]}"
    if [ "$layers" = 1 ]; then
        at=100,316,501,794,1259,1585,1995,2512,3162,4000 quantities='train.*_acc,llc.lambda'
        say "One layer, sub (\`llc.sh SEEDS=\"1 2 3\"\`); mean ± deviation over seeds (\`grok-sync phases --steps $at\`):"
    else
        at=$(grok-ckpt table --name llc.lambda "$made/runs.gts" | awk 'NR > 1 { print $2 }' |
            sort -nu | paste -sd ,)
        quantities='train.*_acc,train.train_loss,llc.lambda,llc.se,llc.status'
        say "$layers layers (\`llc.sh DEEP=...\`): two chains of 40 draws on batches of 512 (\`grok-sync phases --steps $at\`):"
    fi
    grok-sync phases --steps "$at" --quantity "$quantities" "$made/runs.gts"
    [ "$layers" = 1 ] || say "Status 2: the chains left the basin, and the value depends on gamma."
done
