# shellcheck shell=bash disable=SC2086
# The head names the kernel; a run resumes only with the same one, unless told otherwise; a kernel
# that the machine lacks is refused.
run="grok-train -p 11 --width 16 --heads 2 --eval-every 1 --save none --state st -q -o run.gts"
$run --steps 1 --kernel Prescott || [ "$(uname -m)" = x86_64 ] || { echo "no kernel to choose" &&
    exit 77; }
named() { zstd -dcq run.gts | LC_ALL=C grep -ao 'kernel.[A-Za-z]*/' | LC_ALL=C tr -cd 'A-Za-z\n'; }
named
hide() { sed 's|Prescott/[a-z0-9]*|OLD|; s|is [A-Z][A-Za-z]*/[a-z0-9]*|is NEW|' >&2; }
$run --steps 2 --resume 2>err || echo "status $?"
hide <err
$run --steps 2 --resume --any-processor 2>err
hide <err
$run --steps 2 --resume --kernel nonsense 2>err || echo "status $?"
sed "s/use '.*'/use 'NEW'/" err >&2
