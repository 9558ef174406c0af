#!/usr/bin/env bash
# claims.sh - which of the paper's claims hold, and at which scale?
# in: streams of measures below the directories FROM   out: claims.md, claims.tsv, rules.md in OUT
#
# A row for each of C1 to C25: verdict, measure with its interval, runs, scale, and the commands
# that make the measures.  The rules are those of lib/sync/claim_list.c; `grok-sync claims --rules`
# prints them.
# settings: FROM="pipelines/results" OUT=out/claims
set -euo pipefail
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/jobs.sh"
settings FROM -- "$@"

dir=${OUT:-out/claims}
folders=("$(dirname "$0")/results") # whose path may have a space
[ -z "${FROM-}" ] || read -ra folders <<<"$FROM"
mapfile -t files < <(find "${folders[@]}" -name '*.gts' | LC_ALL=C sort)
[ ${#files[@]} -gt 0 ] || { echo "$0: there is no stream below '${folders[*]}'" >&2 && exit 1; }
mkdir -p "$dir"
grok-sync claims -o "$dir/claims.md" "${files[@]}"
grok-sync claims --format tsv -o "$dir/claims.tsv" "${files[@]}"
grok-sync claims --rules -o "$dir/rules.md"
cat "$dir/claims.md"
