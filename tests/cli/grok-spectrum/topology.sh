# A regular 97-gon in order of the residues, of their logarithms, in no order, and noise
here=$SRC/tests/cli/grok-spectrum
names=h1_birth,h1_death,h1_lifetime,circular,resultant,homomorphism,pc_circular,pc_homomorphism
for kind in "ring add" "ring mul" "shuffled add" "noise add"; do
    echo "$kind"
    # shellcheck disable=SC2086
    /usr/bin/python3 "$here/topology.py" $kind >in.gts
    grok-spectrum --topology --null 19 in.gts >out.gts
    zstd -dcq out.gts | /usr/bin/python3 "$here/show.py" $names
    # is p the least that so many shuffles can give, or more?
    zstd -dcq out.gts | /usr/bin/python3 "$here/show.py" \
        h1_lifetime_p,circular_p,resultant_p,homomorphism_p,pc_circular_p,pc_homomorphism_p |
        sed -E 's/=0\.0[15]( |$)/ least\1/g; s/=(0\.[0-9]*|1)/ chance/g'
done
# no shuffles, no null values; the circle of every frequency; threads change nothing
/usr/bin/python3 "$here/topology.py" ring >in.gts
grok-spectrum --topology --null 0 in.gts | zstd -dcq | grep -c homomorphism_null || true
grok-spectrum --topology --null 0 in.gts | zstd -dcq |
    /usr/bin/python3 "$here/show.py" circular,@circles
cmp <(grok-spectrum --topology --null 3 --threads 1 in.gts) \
    <(grok-spectrum --topology --null 3 --threads 3 in.gts)
# without the program, one sentence
mkdir bin && ln -s "$(command -v grok-spectrum)" bin
{ PATH=bin grok-spectrum --topology in.gts >/dev/null; } 2>&1 || echo "status $?"
