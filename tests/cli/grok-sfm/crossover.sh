grok-sfm crossover --format tsv
# No crossing, and no memoriser to beat
grok-sfm crossover --modulus 5 --beta 1 --epsilon 10 --format tsv
grok-sfm crossover -o x.gts
/usr/bin/python3 "$SRC/tests/cli/grok-sfm/read.py" crossover crossover_low <x.gts
