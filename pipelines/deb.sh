#!/usr/bin/env bash
# deb.sh - a Debian package of what make install installs
# in: the built tools (BUILD=build/release)   out: build/grok-tools_VERSION_ARCH.deb
#
# The same source, built with the same compiler, gives the same bytes: no clock, no user name.
set -euo pipefail
case ${1-} in -h | --help) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0" && exit ;; esac
cd "$(dirname "$0")/.."
build=${BUILD:-build/release}
version=$("$build/bin/grok-train" --version | cut -d ' ' -f 2)
arch=$(dpkg --print-architecture)
work=$build/deb root=$build/deb/debian/grok-tools # as dpkg-shlibdeps expects
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-0}

rm -rf "$work"
make -s install DESTDIR="$PWD/$root" PREFIX=/usr
install -D -m 644 LICENSE "$root/usr/share/doc/grok-tools/copyright"
strip --strip-unneeded "$root"/usr/bin/grok-*
gzip -9n "$root"/usr/share/man/man*/*

mkdir "$root/DEBIAN"

# What the binaries link to, by package and version.
echo "Source: grok-tools" >"$work/debian/control"
depends=$(cd "$work" && dpkg-shlibdeps -O debian/grok-tools/usr/bin/grok-* |
    sed -n 's/^shlibs:Depends=//p')

cat >"$root/DEBIAN/control" <<END
Package: grok-tools
Version: $version
Architecture: $arch
Maintainer: grok-tools maintainers <grok-tools@localhost>
Section: science
Priority: optional
Depends: $depends, gnuplot-nox
Recommends: parallel, zstd
Suggests: ripser, python3-msgpack-numpy, python3-zstandard, rsync
Installed-Size: $(du -sk --exclude=DEBIAN "$root" | cut -f 1)
Description: measure how a network becomes simpler as it groks
 Small filters over streams of tensors: a trainer of transformers on modular
 arithmetic, causal mediation, the Fourier structure of embeddings,
 algorithmic complexity of weights, the singular feature machine, and plots.
END
find "$root" -print0 | xargs -0 touch -h -d "@$SOURCE_DATE_EPOCH"
dpkg-deb --root-owner-group --build "$root" "build/grok-tools_${version}_$arch.deb" >/dev/null
echo "build/grok-tools_${version}_$arch.deb"
