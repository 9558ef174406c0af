# The table of quantities: every metric that the tools record has a row, and the manual lists the
# main ones.
grok-plot quantities >table
head -n 3 table
cut -f 1 table | sort >known
{
    grok-train --modulus 7 --layers 2 --width 16 --heads 2 --steps 20 --save 0,20 --eval-every 10 \
        -q >run.gts
    # shellcheck disable=SC2046 # ripser computes the topology
    grok-spectrum -t --axes run.gts --progress-measures --singular '*' --algorithm \
        $(command -v ripser >/dev/null && echo --topology) run.gts |
        grok-bdm -t --null 2 |
        grok-cma -t --pairs 4 --positions each --controls --skip each --null 2 --scan --edges |
        grok-llc -q --chains 1 --draws 2 --burn-in 2 --polish 1 --hessian 1
    grok-sfm --modulus 7 --steps 5
    grok-sfm crossover
    grok-sfm phase --modulus 7 --train-frac 0.5 --beta 0.1 --steps 5
} >all.gts
grok-ckpt table --long all.gts | awk -F '\t' 'NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i; next }
    { print $c["name"] }' | sort -u >recorded
echo "$(($(wc -l <recorded) > 80)) recorded"
# Chances and deviations (_p, _sd) stand for themselves.
comm -13 known recorded | grep -v "_p$\|_sd$" || :

# The pages of formats/ define every metric; those of a null, a chance, a deviation or one set
# with their base.
while read -r name; do
    # shellcheck disable=SC2001 # any number of them
    base=$(sed 's/\(_null\|_p\|_sd\|_frozen\)*$//' <<<"$name")
    grep -qwF -e "${name#*.}" -e "${base#*.}" "$SRC"/formats/*.md || echo "$base"
done <recorded | sort -u | grep -v '_loss_train$\|_loss_test$' || :

# The manual's list of quantities, with titles and units, and its list of kinds.
sed -n '/^\.Sh QUANTITIES/,/^\.Sh INPUT/{/^\.It Li/{s/^\.It Li //;N;s/\n/ /;p}}' \
    "$SRC/man/grok-plot.1" >listed
awk -F '\t' '$7 == "yes" { print $1, $2 ($3 == "" ? "" : " (" $3 ")") }' table | diff - listed
grok-plot --help | sed -n 's/^  \([a-z][a-z-]*\)  .*/\1/p' | sort >kinds
sed -n '/^The kinds are/,/^\.El/s/^\.It Cm //p' "$SRC/man/grok-plot.1" | sort | diff kinds -
