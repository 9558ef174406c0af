# The exponent and the line that the runs were made with are found again; layers and claims
# likewise.
make() { /usr/bin/python3 "$SRC/tests/cli/grok-sync/scaling.py" "$1"; }
make runs >runs.gts
make layers >layers.gts
make machine >machine.gts
rounded() {
    awk -F '\t' -v OFS='\t' '{ for (i = 1; i <= NF; i++) if ($i ~ /^-?[0-9.]+$/) $i = sprintf("%.2f", $i) } { print }'
}
grok-sync scaling --format tsv runs.gts | cut -f 1-6,8 | rounded
grok-sync scaling --format tsv --at half runs.gts | cut -f 4 | rounded
cat runs.gts machine.gts | grok-sync scaling --against crossover --format tsv | cut -f 1-3,8 |
    rounded
grok-sync layers --format tsv layers.gts | rounded
echo
# Of the claims only those that were measured have a verdict, about the scale that they were
# measured at.
cat runs.gts machine.gts | grok-sync claims --format tsv | cut -f 1,2,6-12 | grep -v 'not asked'
grok-sync claims runs.gts | sed -n 1,4p
grok-sync claims --rules | wc -l
echo
try() { "$@" >printed 2>said || echo "status $?: $(sed 1q said)"; [ ! -s printed ]; }
try grok-sync scaling --against lr runs.gts
try grok-sync scaling --against op runs.gts
# Runs that differ otherwise are told of.
make mixed | grok-sync scaling --format tsv 2>&1 | cut -f 1-3
try grok-sync scaling --against modulos runs.gts
try grok-sync scaling layers.gts
grok-train -q -p 5 --width 8 --steps 2 --save none -o new.gts
try grok-sync scaling new.gts
try grok-plot scaling new.gts
try grok-sync layers runs.gts
try grok-sync claims --at half runs.gts
try grok-sync claims nothing.gts
