#!/usr/bin/env bash
# deps.sh - install the Debian packages that grok-tools needs, if they are missing
# in: nothing   out: nothing   silent when nothing is missing
# usage: deps.sh [check]   packages for building and running; with check, for the tests too
set -euo pipefail
case ${1-} in -h | --help) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0" && exit ;; esac

build=(build-essential pkg-config libzstd-dev zlib1g-dev libmsgpack-dev libopenblas-dev
    libkissfft-dev
    libarchive-dev libcjson-dev)
run=(gnuplot-nox parallel zstd)
check=(python3-numpy python3-msgpack python3-msgpack-numpy python3-zstandard mandoc shellcheck
    clang clang-format binutils ripser xxd)

wanted=("${build[@]}" "${run[@]}")
[ "${1-}" != check ] || wanted+=("${check[@]}")

missing=()
for package in "${wanted[@]}"; do
    if command -v dpkg-query >/dev/null; then
        status=$(dpkg-query -W -f='${Status}' "$package" 2>/dev/null || true)
        [ "$status" = "install ok installed" ] || missing+=("$package")
    fi
done

if ! command -v apt-get >/dev/null; then
    # Not a Debian: the build itself says what it cannot find, so only speak when it would fail.
    if pkg-config --exists libzstd zlib openblas kissfft-float libarchive libcjson 2>/dev/null &&
        { pkg-config --exists msgpack || pkg-config --exists msgpack-c; } &&
        command -v gnuplot >/dev/null && command -v parallel >/dev/null; then
        exit 0
    fi
    echo "grok-tools needs these packages (Debian names): ${build[*]} ${run[*]}" >&2
    echo "its tests also need: ${check[*]}" >&2
    exit 1
fi

[ ${#missing[@]} -gt 0 ] || exit 0
sudo=()
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
        echo "not root and no sudo; install these packages first: ${missing[*]}" >&2
        exit 1
    fi
    sudo=(sudo)
fi
echo "installing: ${missing[*]}" >&2
"${sudo[@]}" apt-get update -qq
"${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    "${missing[@]}" >/dev/null
