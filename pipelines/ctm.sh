#!/usr/bin/env bash
# ctm.sh - the tables of complexity that grok-bdm has built in, computed again
# in: nothing   out: formats/ctm-5-2.bin formats/ctm-3-4.bin   2 cores, 2 min
set -euo pipefail
cd "$(dirname "$0")/.."
grok-ctm --states 5 --symbols 2 --box 4x4 --compact -o formats/ctm-5-2.bin
grok-ctm --states 3 --symbols 4 --box 3x3 --depth 9 --compact -o formats/ctm-3-4.bin
