# Names: any UTF-8; control characters, and dots that lead out of a directory; very many names
make=$SRC/tests/cli/grok-ckpt/make.py
# shellcheck disable=SC2016 # it must not expand
/usr/bin/python3 "$make" 'gr\xc3\xb6\xc3\x9fe \xf0\x9f\x98\x80 "x" \\\\ %s $(touch evil)' >utf8.gts
grok-ckpt ls --kind tensor utf8.gts | cut -f 9
grok-ckpt ls --json --kind tensor utf8.gts
grok-ckpt export dir utf8.gts && grok-ckpt import dir |
    grok-ckpt diff --kind tensor utf8.gts - && echo same
/usr/bin/python3 "$make" 'tab\tnew\nescape\x1b[31m' >control.gts
grok-ckpt ls --kind tensor control.gts | cut -f 9
grok-ckpt stat --json control.gts
grok-ckpt export dir control.gts && grok-ckpt import dir |
    grok-ckpt diff --kind tensor control.gts - && echo same
for name in 'a\nb' '../../up' '/etc/x' 'a/../b' '..' 'a\\\\b'; do
    /usr/bin/python3 "$make" "$name" >odd.gts
    s=0
    grok-ckpt export --to npz odd.npz odd.gts 2>&1 || s=$?
    echo "status $s"
    grok-ckpt export dir odd.gts
    grok-ckpt import dir | grok-ckpt diff --kind tensor odd.gts -
done
find . -name '*.npz*' -o -name evil
echo "$(find . -type f | wc -l) files"
/usr/bin/python3 "$make" x x >twice.gts
grok-ckpt verify twice.gts 2>&1 || echo "status $?"
for to in safetensors npz; do
    grok-ckpt export --to $to -- twice.$to twice.gts 2>&1 || echo "status $?"
done
[ ! -e twice.npz ]
echo "names that look like an archive's steps and roles:"
/usr/bin/python3 "$make" 7/a state/b measure/c param/d 12/state/e a b >like.gts
for step in last 0..; do
    grok-ckpt export --to npz --step $step like.npz like.gts
    grok-ckpt import like.npz | grok-ckpt diff --kind tensor like.gts - && echo same
done
echo "a quarter of a million:"
/usr/bin/python3 "$make" -n 250000 >many.gts
grok-ckpt ls many.gts | wc -l
grok-ckpt verify many.gts
grok-ckpt select --name 't24999?' many.gts | grok-ckpt ls --runs | cut -f 7
/usr/bin/python3 "$make" -n 20000 >many.gts
grok-ckpt export many many.gts
grok-ckpt import many | grok-ckpt diff --kind tensor many.gts - && echo same
