# From a network to its circuit: the five commands as they are in grok.7, on a smaller network.
. "$SRC/tests/manual.bash"
smaller grok-train --modulus 11 --width 32 --steps 60 --warmup 5 --save 60 --batch full
commands grok.7 CIRCUIT
run_commands
grok-ckpt table parts.gts algorithm.gts edges.gts |
    grep -oE '(skip 1.3 heads-mean test|cma.circuit_[a-z]*|spectrum.symmetricity)' | sort -u
grep -c '</svg>' circuit.svg
