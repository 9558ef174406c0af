#!/usr/bin/env bash
# install.sh - install the tools, manuals, completions, formats and pipelines, or remove them
# in: the built tools (BUILD=build/release), DESTDIR, PREFIX=/usr/local   out: nothing
# usage: install.sh install|uninstall
set -euo pipefail
case ${1-} in -h | --help) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0" && exit ;; esac
cd "$(dirname "$0")/.."
build=${BUILD:-build/release}
root=${DESTDIR-}${PREFIX:-/usr/local} share=${DESTDIR-}${PREFIX:-/usr/local}/share
# Those that answer a question; the others are of use in the source alone.
pipelines=(demo figure2 deep measure publish paper claims seeds decay primes bdm-ablation sfm)

uninstall() {
    local tool page
    for tool in "$build"/bin/grok-*; do
        tool=$(basename "$tool")
        rm -f "$root/bin/$tool" "$share/bash-completion/completions/$tool" \
            "$share/zsh/site-functions/_$tool" "$share/fish/vendor_completions.d/$tool.fish"
    done
    for page in man/*.[157]; do rm -f "$share/man/man${page##*.}/$(basename "$page")"; done
    rm -rf "$share/grok-tools"
}

complete() { # SHELL DIRECTORY PREFIX SUFFIX
    local tool
    install -d "$share/$2"
    for tool in "$build"/bin/grok-*; do
        "$tool" --completion "$1" >"$share/$2/$3$(basename "$tool")$4"
    done
}

put() {
    local page name
    install -d "$root/bin" "$share/grok-tools/pipelines/slurm" "$share/grok-tools/formats/readers"
    install -m 755 "$build"/bin/grok-* "$root/bin"
    complete bash bash-completion/completions '' ''
    complete zsh zsh/site-functions _ ''
    complete fish fish/vendor_completions.d '' .fish
    for page in man/*.[157]; do
        install -D -m 644 "$page" "$share/man/man${page##*.}/$(basename "$page")"
    done
    for name in "${pipelines[@]}"; do
        install -m 755 "pipelines/$name.sh" "$share/grok-tools/pipelines"
    done
    install -m 644 pipelines/README.md pipelines/jobs.sh "$share/grok-tools/pipelines"
    install -m 644 pipelines/slurm/* "$share/grok-tools/pipelines/slurm"
    install -m 644 formats/*.md "$share/grok-tools/formats"
    # Python may have left its cache there.
    find formats/readers -maxdepth 1 -type f -exec \
        install -m 644 -t "$share/grok-tools/formats/readers" {} +
}

case ${1-} in
install) put ;;
uninstall) uninstall ;;
*) echo "usage: $0 install|uninstall" >&2 && exit 2 ;;
esac
