# Every example of the manual runs, with a smaller network.
mkdir smaller
cat >smaller/grok-train <<END
#!/bin/bash
small=(--modulus 13 --layers 1 --width 32 --heads 2 --batch full --warmup 5 --save 40)
[[ " \$* " != *" --from "* ]] || small=()
exec "$BUILD/bin/grok-train" "\$@" "\${small[@]}" --steps 40
END
chmod +x smaller/grok-train
export PATH=$PWD/smaller:$PATH OMP_NUM_THREADS=1
"$SRC/tests/examples" grok-train.1
