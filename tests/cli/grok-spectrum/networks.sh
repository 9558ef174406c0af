# Networks in closed form: clocks (Gromov's weights) and a pizza, in the order of sums and of
# products
here=$SRC/tests/cli/grok-spectrum
for network in "clock add 23" "clock div 19" "pizza mul 29"; do
    # shellcheck disable=SC2086
    /usr/bin/python3 "$here/networks.py" $network 3,5 >in.gts
    grok-spectrum --algorithm in.gts >out.gts
    # shellcheck disable=SC2086
    /usr/bin/python3 "$here/networks_check.py" out.gts $network 3,5
done
