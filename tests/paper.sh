# The commands that paper.sh runs at each scale.  Since the larger scales take days, the tools are
# replaced by ones that only write down how they were called.
mkdir tools
cat >tools/grok-train <<'END'
#!/bin/bash
echo "${0##*/} $*" >>"$CALLS"
while [ $# -gt 0 ]; do
    case $1 in
    -o) echo whole >"$2" ;;
    --state) echo state >"$2" ;;
    esac
    shift
done
END
chmod +x tools/grok-train
for tool in spectrum bdm cma sfm sync plot ckpt; do ln -s grok-train "tools/grok-$tool"; done
export CALLS=$PWD/calls PATH=$PWD/tools:$PATH OUT=out JOBS=1 SEEDS=2
called() { # SETTING...: the commands, without those of the figures but one
    : >"$CALLS"
    "$SRC/pipelines/paper.sh" "$@" >said 2>&1 || { cat said >&2 && exit 1; }
    grep -v '^grok-sync\|^grok-plot [^rh]\|^grok-ckpt ls' "$CALLS" | LC_ALL=C sort
    echo
}
called SCALE=small OPS=add
called SCALE=medium OPS="sub div" STEPS=20k CONTROLS=
called SCALE=paper OPS=mul
ls out/paper
"$SRC/pipelines/paper.sh" SCALE=large 2>&1 | sed "s|$SRC/||" || true
