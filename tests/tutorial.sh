# The tutorial of grok.7, from nothing to Table 1: its ten commands as they are there, one after the
# other in one directory.  Only the networks are smaller, a modulus of 23 and 200 steps, of which
# five in six generalise; half would be enough for lags.
mkdir smaller tutorial
cat >smaller/grok-train <<END
#!/bin/sh
exec "$BUILD/bin/grok-train" "\$@" --modulus 23 --train-frac 0.9 --steps 200 \\
    --batch full --lr 0.005 --weight-decay 2 --eval-every 10
END
chmod +x smaller/grok-train
export PATH=$PWD/smaller:$PATH
awk '/^\.Sh / { on = $2 == "TUTORIAL" }
    on && /^\.Bd -literal/ { n++; block = 1; next }
    /^\.Ed/ { block = 0 }
    on && block { print > sprintf("command.%02d", n) }' "$SRC/man/grok.7"
echo "$(find . -name 'command.*' | wc -l) commands"
cd tutorial || exit
for command in ../command.*; do
    sed 's/\\e/\\/g; s/\\&//g' "$command" >../script
    bash -eu -o pipefail ../script >../said 2>&1 </dev/null || { cat ../script ../said && exit 1; }
done
head -n 3 table1.md | cut -d '|' -f 2-6 | sed -E '3s/(-|[0-9.]+( ± [0-9.]+)?)( \([0-9/]+\))?/_/g'
rows='train.train_acc|train.test_acc|spectrum.gini|spectrum.ipr|spectrum.pca1|bdm.bits|cma.mean_abs|step'
grep -oE "^\| ($rows) " table1.md
find measures -name '*.gts' | wc -l
for picture in ring complexity heads; do grep -c '</svg>' $picture.svg; done
