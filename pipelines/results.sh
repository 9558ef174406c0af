#!/usr/bin/env bash
# results.sh - write the tables that claims.sh and tables.sh make from published measures into the
# READMEs
# in: pipelines/results/
# out: README.md and pipelines/README.md, between their marks   one core, a few seconds
set -euo pipefail
case ${1-} in -h | --help) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0" && exit ;; esac
cd "$(dirname "$0")/.."
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
put() { # SCRIPT TABLES FILE: between the marks <!-- SCRIPT --> and <!-- end -->
    awk -v mark="<!-- $1 -->" -v table="$2" '
        /<!-- end -->/ { inside = 0 }
        !inside { print }
        $0 == mark { inside = 1; print ""; while ((getline line < table) > 0) print line; print "" }' \
        "$3" >"$made/whole"
    cat "$made/whole" >"$3"
}
pipelines/claims.sh FROM=pipelines/results OUT="$made" >/dev/null
put claims.sh "$made/claims.md" README.md
pipelines/tables.sh FROM=pipelines/results | sed '1{/^$/d}' >"$made/tables.md"
put tables.sh "$made/tables.md" pipelines/README.md
