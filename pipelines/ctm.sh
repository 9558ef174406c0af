#!/usr/bin/env bash
# ctm.sh - compute again the tables of complexity that are built into grok-bdm
# in: nothing   out: formats/ctm-5-2.bin formats/ctm-3-4.bin   2 cores, 2 min
set -euo pipefail
case ${1-} in -h | --help) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0" && exit ;; esac
cd "$(dirname "$0")/.."
grok-ctm --states 5 --symbols 2 --box 4x4 --compact -o formats/ctm-5-2.bin
grok-ctm --states 3 --symbols 4 --box 3x3 --depth 9 --compact -o formats/ctm-3-4.bin
