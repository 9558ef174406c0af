# Every format by suffix and by --format; the suffix decides, and a wrong one is refused.  What is
# drawn is compared in the script: gnuplot's own output differs from version to version.
export GNUTERM=qt # a terminal that gnuplot may not have is no matter
/usr/bin/python3 "$SRC/tests/cli/grok-plot/stream.py" >one.gts
for kind in curves spectrum ring heads skip complexity map dashboard; do
    grok-plot $kind one.gts -o $kind.svg
    /usr/bin/python3 -c 'import sys, xml.etree.ElementTree as x; x.parse(sys.argv[1])' $kind.svg
    grok-plot $kind one.gts -o $kind.gp
done
for format in png pdf sixel text script; do
    grok-plot curves --format $format <one.gts >picture
    echo "curves $format $(head -c 4 picture | tr -d '\211\n\033 ')"
done
# How often each text stands in a script.
said() { # FILE TEXT...
    file=$1 && shift
    for text; do echo "$file: $(grep -oF "\"$text\"" "$file" | wc -l) $text"; done
}
said curves.gp train test accuracy 1k add-p23-s1-00000001
said spectrum.gp 'step 0' 'step 5k' frequency '\174F\174 / largest'
said heads.gp 'step 0' layer head 'CMS (nats)'
said skip.gp 'test accuracy without blocks' 'layers 1-2' 'nothing skipped'
said complexity.gp 'shuffled weights' 'L2 norm of these weights' accuracy
said map.gp 'K (bits) of transformer.wte.weight'
said ring.gp 'PC 1' 'PC 2' 'step 5k'
said dashboard.gp accuracy 'ring R\302\262' 'shuffled weights' 'norm of weights'
grok-plot curves one.gts -o x.gif 2>&1 || echo "status $?"
ls x.* 2>/dev/null || echo 'no x'
