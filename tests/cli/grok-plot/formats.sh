# Every format by suffix and by --format; the suffix decides, and a wrong one is refused.
/usr/bin/python3 "$SRC/tests/cli/grok-plot/stream.py" >one.gts
for kind in curves spectrum ring heads skip complexity map dashboard; do
    grok-plot $kind one.gts -o $kind.svg
    /usr/bin/python3 -c 'import sys, xml.etree.ElementTree as x; x.parse(sys.argv[1])' $kind.svg
done
for format in png pdf; do
    grok-plot curves --format $format <one.gts >picture
    echo "curves $format $(head -c 4 picture | tr -d '\211\n')"
done
for text in train test accuracy 1k add-p23-s1-00000001; do
    grep -c ">$text</text>" curves.svg
done
# What each kind says; how often its text stands there.
said() { # FILE TEXT...
    file=$1 && shift
    for text; do echo "$file: $(grep -c ">$text</text>" "$file") $text"; done
}
said heads.svg 'step 0' layer head
said skip.svg 'test accuracy without these layers' 1-2 none
said complexity.svg 'shuffled weights' 'L2 norm of these weights' accuracy
said map.svg 'bdm.map transformer.wte.weight'
said dashboard.svg accuracy 'ring R²' 'shuffled weights' 'norm of weights'
# Runs of three configurations: a legend of configurations and quantities, not of every pair; the
# dashboard has two of them beside one another, the third below; a long name ends at a setting.
for lr in 1 2 3; do
    /usr/bin/python3 "$SRC/tests/cli/grok-plot/stream.py" 1 "run$lr" "lr=$lr" depth="$(printf '%036d' $lr)"
done >three.gts
grok-plot curves three.gts -o three.svg
said three.svg "lr=1 depth=$(printf '%036d' 1)" train test
grok-plot dashboard three.gts -o three.svg
said three.svg 'lr=1 …' accuracy
grep -ho 'viewBox.*' dashboard.svg three.svg
# Coefficients of the whole and of parts, with the losses of their draws.
grok-train --modulus 7 --layers 1 --width 8 --heads 2 --steps 40 --save 10,40 --eval-every 10 |
    grok-llc -q --chains 2 --draws 3 --burn-in 4 --part all,mlp --traces -o llc.gts
grok-plot llc llc.gts -o llc.svg
said llc.svg 'local learning coefficient' guessing 'of parts' mlp draw 'step 40'
# Ranges over training, and beside them each layer: many skips of both kinds.
grok-train --modulus 7 --layers 8 --width 8 --heads 2 --steps 20 --save 0,10,20 --eval-every 10 |
    grok-cma --sites none --skip each,0-1,2-3 --null 3 -o many.gts
grok-plot skip many.gts -o many.svg
said many.svg 0-1 2-3 'as many at random' 'test accuracy without a layer' 'step 10'
for text in 'step 0' 'step 5k' frequency; do grep -c ">$text</text>" spectrum.svg; done
# In characters: the numbers of the residues stand in the picture.
grok-plot ring --step 5k --format text one.gts -o ring.txt
grep -cw 22 ring.txt
grok-plot curves one.gts -o x.gif 2>&1 || echo "status $?"
ls -I out -I err -I said
