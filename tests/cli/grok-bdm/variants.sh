# Variants: the first code with other symbols and blocks, named LxS; measured alone they give the
# same numbers.
here=$SRC/tests/cli/grok-bdm
/usr/bin/python3 "$here/make.py" weights >run.gts
table() { grok-ckpt table --long --name 'bdm.bits*,bdm.null_mean*,bdm.unique*' "$@"; }
grok-bdm -q --null 2 --variants 2x4,8x4,4x8,8x8 run.gts -o all.gts
table all.gts | cut -f 5 | sort -u
for v in 2x4 8x4 4x8 8x8; do
    grok-bdm -q --null 2 --levels "${v%x*}" --block "${v#*x}" run.gts | table >alone
    for name in bits unique null_mean; do
        table all.gts | awk -F '\t' -v n="bdm.${name}_$v" '$5 == n { print $6 }' >a
        awk -F '\t' -v n="bdm.$name" '$5 == n { print $6 }' alone >b
        cmp a b && [ -s a ] || echo "$v $name differs"
    done
done
# any number of threads, the same bytes
grok-bdm -q --null 2 --variants 2x4,8x4,4x8,8x8 --threads 3 run.gts | cmp - all.gts
