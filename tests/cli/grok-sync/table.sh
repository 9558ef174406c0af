# Known transitions are found, one row for each quantity, runs grouped by the settings in which they
# differ.
runs() { /usr/bin/python3 "$SRC/tests/cli/grok-sync/runs.py" "$@"; }
runs add 1,2,3,4,5 >add.gts
runs sub 1,2,3,4,5 2000 >sub.gts
grok-sync --quantity 'train.*,x.*' add.gts
echo
cat add.gts sub.gts | grok-sync --quantity 'x.late,x.part layer*' --format tsv | cut -f 1-5,16-18 |
    awk -F '\t' -v OFS='\t' 'NR > 1 && $5 != "NaN" { $5 = sprintf("%.0f", $5) } { print }'
# All in one group, in any order; the same stream twice changes nothing.
grok-sync --pool --quantity x.same sub.gts add.gts | grep x.same
grok-sync --pool --quantity x.same add.gts sub.gts add.gts | grep x.same
# A tolerance of nothing leaves no coincidence; one of a decade nothing else.
grok-sync --tolerance 0 --quantity x.same,x.early --format tsv add.gts | cut -f 2,16
grok-sync --tolerance 1 --by fit --quantity x.same,x.early --format tsv add.gts | cut -f 2,16
grok-sync --against x.late --quantity train.test_acc add.gts | sed -n 3,4p
grok-sync -o table.md add.gts
grok-sync add.gts | cmp - table.md
