# What cannot be drawn: a sentence, the right status, and no file.
/usr/bin/python3 "$SRC/tests/cli/grok-plot/stream.py" >one.gts
try() { "$@" >said 2>&1 || echo "status $?: $(sed 1q said)"; }
try grok-plot
try grok-plot pie one.gts
try grok-plot curves --size 9 one.gts -o x.svg
try grok-plot -o x.svg curves one.gts
try grok-plot ring --step 1,two one.gts -o x.svg
try grok-plot ring --step 7 one.gts -o x.svg
try grok-plot curves --name no.such one.gts -o x.svg
try grok-plot curves --name spectrum.ginni one.gts -o x.svg
try grok-plot curves --name llc.lambda one.gts -o x.svg
try grok-plot curves /dev/null -o x.svg
head -c 9000 one.gts >cut.gts
try grok-plot curves cut.gts -o x.svg
echo 'not a stream' >text
try grok-plot curves text -o x.svg
try grok-plot curves one.gts --run 'sub*' -o x.svg
try grok-plot ring --step 3,2k.. one.gts -o x.svg
try grok-plot ring --step 3k..4k one.gts -o x.svg
try grok-plot map --name no.such one.gts -o x.svg
try grok-plot map --name cma.cmss one.gts -o x.svg
try grok-plot scaling --name modulos one.gts -o x.svg
try grok-plot scaling --name op one.gts -o x.svg
try grok-plot ring --live --step 7 one.gts -o x.svg
try grok-plot report one.gts --run 'sub*' -o x.html
try grok-plot report one.gts --step 7 -o x.html
# Options that a kind does not heed, and a report of nothing.
try grok-plot report one.gts --name train.test_acc -o x.html
try grok-plot curves one.gts --step 100 -o x.svg
try grok-plot ring one.gts --name spectrum.pca -o x.svg
grok-ckpt select --kind head,end one.gts -o bare.gts
try grok-plot report bare.gts -o x.html
try grok-plot curves one.gts --format svg -o /dev/full
try grok-plot dashboard --size 330x250 one.gts -o x.svg
try env PATH="$BUILD/bin" "$BUILD/bin/grok-plot" curves one.gts -o x.svg

ls -I out -I err -I said
