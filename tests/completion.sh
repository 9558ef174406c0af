# Completion in bash, zsh and fish: the same words in each, from the tables of options and from
# streams.
golden=$SRC/formats/golden/two-runs.gts
mkdir files && cp "$golden" files/b.gts && touch files/c.gts && cp "$golden" run.gts

in_bash() { # WORD...: what the last can become
    bash --norc -c '
        source <("$1" --completion bash)
        compopt() { :; }
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
        "_${1//-/_}" "$1"
        printf "%s\n" "${COMPREPLY[@]}"' - "$@"
}
in_zsh() {
    zsh -f -c '
        autoload() { :; }
        compdef() { :; }
        compadd() { # only what begins as the word at the cursor, as the true one does
            while [[ $1 != -- ]]; do shift; done
            shift
            for word; do [[ $word == ${words[CURRENT]}* ]] && print -r -- $word; done
        }
        _files() { print -l -- ${words[CURRENT]}*.gts(N) }
        source <($1 --completion zsh)
        words=("$@") CURRENT=$#
        _${1//-/_}' - "$@"
}
in_fish() {
    fish --no-config -c '
        $argv[1] --completion fish | source
        complete -C "$argv" | cut -f 1' "$@"
}
ask() {
    in_bash "$@" | sort >bash.out
    echo "$*:" && sed 's/^/    /' bash.out
    for shell in zsh fish; do
        command -v "$shell" >/dev/null || continue
        "in_$shell" "$@" 2>&1 | sort >"$shell.out"
        diff -u bash.out "$shell.out" || echo "$shell differs from bash"
    done
}
ask grok-ckpt s
ask grok-ckpt select --ro
ask grok-ckpt select --role pa
ask grok-ckpt select --role=pa
ask grok-ckpt select --role param,m
ask grok-ckpt select run.gts --name tr
ask grok-ckpt select run.gts --run ''
ask grok-ckpt select run.gts --step ''
ask grok-sync grok run.gts --by op,m
ask grok-train --preset n
ask grok-train --no
ask grok-plot curves --format=p
ask grok-bdm files/
# A name before the file that holds it
grok-ckpt --complete 2 grok-ckpt get tr run.gts
grok-ckpt --complete 4 grok-ckpt get --step last tr run.gts
grok-ckpt --complete 3 grok-ckpt get transformer.wte.weight '' run.gts
# fish sorts what a script prints, unless it is told that streams come first
touch files/a.txt
if command -v fish >/dev/null; then
    in_fish grok-bdm files/ | sed -n 1p | diff - <(echo files/b.gts)
fi
# Of the words that bash parts at "=".
in_bash grok-ckpt select --role = pa
in_bash grok-ckpt select --role =
# A name that means something to a shell is not offered.
/usr/bin/python3 - >named.gts <<'END'
import sys, msgpack, zstandard
for run in ["a$(touch pwned)", "b;c", "good-1"]:
    head = dict(kind="head", version=1, run=run, seed=1, config={}, provenance=[])
    for record in [head, dict(kind="end", run=run, status="complete", records=2)]:
        sys.stdout.buffer.write(zstandard.compress(msgpack.packb(record)))
END
in_bash grok-ckpt select named.gts --run ''
[ ! -e pwned ]
