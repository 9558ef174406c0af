# What cannot be enumerated is refused
try() {
    echo "\$ $*"
    { "$@" >/dev/null </dev/null; } 2>&1 && s=0 || s=$?
    echo "status $s"
}
try grok-ctm --box 3x4
try grok-ctm --box 5x5
try grok-ctm --box 4
try grok-ctm --states 9
try grok-ctm --symbols 4
try grok-ctm --states 3 --symbols 4 --box 3x3
try grok-ctm --states 2 --depth 5
try grok-ctm --depth 4 extra
{ grok-ctm --depth 4 >/dev/full; } 2>&1 || echo "status $?"
{ grok-ctm --depth 4 --compact >/dev/full; } 2>&1 || echo "status $?"
