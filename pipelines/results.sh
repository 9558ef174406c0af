#!/usr/bin/env bash
# results.sh - put the table of claims that claims.sh makes of the published measures into the README
# in: pipelines/results/   out: README.md, between its two marks   one core, 2 s
set -euo pipefail
case ${1-} in -h | --help) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0" && exit ;; esac
cd "$(dirname "$0")/.."
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
pipelines/claims.sh FROM=pipelines/results OUT="$made" >/dev/null
awk -v table="$made/claims.md" '
    /<!-- end -->/ { inside = 0 }
    !inside { print }
    /<!-- claims.sh -->/ { inside = 1; print ""; while ((getline line < table) > 0) print line; print "" }' \
    README.md >"$made/README.md"
cat "$made/README.md" >README.md
