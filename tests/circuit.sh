# From a network to its circuit: the five commands as they are in grok.7, on a smaller network.
mkdir smaller circuit
cat >smaller/grok-train <<END
#!/bin/sh
exec "$BUILD/bin/grok-train" "\$@" --modulus 11 --width 32 --steps 60 --warmup 5 --save 60 --batch full
END
chmod +x smaller/grok-train
export PATH=$PWD/smaller:$PATH
awk '/^\.Sh / { on = $2 == "CIRCUIT" }
    on && /^\.Bd -literal/ { n++; block = 1; next }
    /^\.Ed/ { block = 0 }
    on && block { print > sprintf("command.%02d", n) }' "$SRC/man/grok.7"
echo "$(find . -name 'command.*' | wc -l) commands"
cd circuit || exit
for command in ../command.*; do
    sed 's/\\e/\\/g; s/\\&//g' "$command" >../script
    bash -eu -o pipefail ../script >../said 2>&1 </dev/null || { cat ../script ../said && exit 1; }
done
grok-ckpt table parts.gts algorithm.gts edges.gts |
    grep -oE '(skip 1.3 heads-mean test|cma.circuit_[a-z]*|spectrum.symmetricity)' | sort -u
grep -c '</svg>' circuit.svg
