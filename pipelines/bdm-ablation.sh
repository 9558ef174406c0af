#!/usr/bin/env bash
# bdm-ablation.sh - does the collapse of complexity depend on how complexity is computed?
# in: nothing   out: out/bdm-ablation/OP-nSTEPS/: ablation.md, ablation.tsv, runs/, bdm/
# 2 cores, 10 min
#
# The paper uses blocks of 4x4 and four symbols.  This measures the same runs with every code, side
# of a block, number of symbols and boundary: in which direction does K change, when, and does it
# differ from K of shuffled weights (z)?
# settings: OP=sub SEEDS="1 2 3" STEPS=4000; JOBS HOSTS MEMORY OUT as in jobs.sh
set -euo pipefail
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/jobs.sh"
settings OP SEEDS STEPS -- "$@"

op=${OP:-sub} steps=${STEPS:-4000}
read -ra seeds <<<"${SEEDS:-1 2 3}"
dir=${OUT:-out}/bdm-ablation/$op-n$steps

# code block levels boundary; the first is the default of grok-bdm
variants() {
    cat <<END
planes 4 4 ignore
planes 3 4 ignore
planes 2 4 ignore
gray 4 4 ignore
native 3 4 ignore
planes 4 2 ignore
planes 4 4 pad
planes 4 4 recursive
planes 4 4 correlated
END
}
each=$(variants | while read -r row; do printf "$row %s\n" "${seeds[@]}"; done)

sweep train "$dir/runs/s{1}.gts" '' \
    "grok-train --preset demo --op $op --seed {1} --steps $steps --save log:10,every:100 \
        $(resumable "$dir/runs/s{1}")" <<<"$(printf '%s\n' "${seeds[@]}")"

sweep bdm "$dir/bdm/{1}-{2}-{3}-{4}-s{5}.gts" "$dir/runs/s{5}.gts" \
    "grok-bdm --code {1} --block {2} --levels {3} --boundary {4} --null 5 \
        -o $dir/bdm/{1}-{2}-{3}-{4}-s{5}.gts $dir/runs/s{5}.gts" <<<"$each"

# One row for each variant and quantity; the variant goes in front of what grok-sync says.
variants | while read -r code block levels boundary; do
    name=$code-$block-$levels-$boundary
    lags "$dir/bdm/$name.tsv" --format tsv --quantity 'bdm.*bits,bdm.*z,bdm.*normalized' \
        "$dir/bdm/$name"-s*.gts
    sed "1s/^/variant\t/; 2,\$s/^/$name\t/" "$dir/bdm/$name.tsv"
done | awk 'NR == 1 || !/^variant/' >"$dir/ablation.tsv"

awk -F '\t' '
    NR == 1 {
        for (i = 1; i <= NF; i++) column[$i] = i
        print "| variant | quantity | before | after | step | lag | verdict |"
        print "|---|---|---|---|---|---|---|"
        next
    }
    $column["verdict"] != "reference" {
        printf "| %s | %s | %.4g | %.4g | %.0f | %+.2f | %s |\n", $1, $column["quantity"],
            $column["before"], $column["after"], $column["step"], $column["lag"], $column["verdict"]
    }' "$dir/ablation.tsv" | sed 's/[+-]*nan/-/g' >"$dir/ablation.md"
cat "$dir/ablation.md"
