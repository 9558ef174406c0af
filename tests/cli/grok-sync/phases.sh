# The four phases from the accuracies, and any other steps that are asked for.
/usr/bin/python3 "$SRC/tests/cli/grok-sync/runs.py" div 1,2,3,4,5 >div.gts
grok-sync phases --quantity 'train.*,x.early' div.gts
grok-sync phases --steps 100,1k,1e4 --quantity 'train.*' div.gts
grok-sync phases --steps 2000 --quantity 'x.part *' --format tsv div.gts |
    awk -F '\t' -v OFS='\t' 'NR > 1 { $4 = sprintf("%.6g", $4); $5 = sprintf("%.3g", $5) } { print }'
# A run that never learns has no phase but the first; one without accuracies cannot have any.
/usr/bin/python3 "$SRC/tests/cli/grok-sync/runs.py" div 3 1e9 >never.gts
grok-sync phases --quantity train.test_acc never.gts
