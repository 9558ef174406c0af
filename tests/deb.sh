# The Debian package works when unpacked into an empty tree; made twice it is the same bytes.
command -v dpkg-deb dpkg-shlibdeps >/dev/null || { echo "dpkg-dev is not installed" && exit 77; }
case $BUILD in *release) ;; *) echo "the package is made of the release build" && exit 77 ;; esac
package=$SRC/$(make -s -C "$SRC" deb)
sha256sum <"$package" >sum
make -s -C "$SRC" deb >/dev/null && sha256sum <"$package" | cmp - sum
dpkg-deb -x "$package" root
dpkg-deb -f "$package" Package Recommends
# the names of libraries' packages end in a version of theirs
dpkg-deb -f "$package" Depends | tr ',' '\n' | grep -oE 'lib(zstd|msgpack|openblas)|gnuplot-nox' |
    sort -u
dpkg-deb -c "$package" | awk '$2 != "root/root" || $4 !~ /^19[67]/ { print }'
export PATH=$PWD/root/usr/bin:/usr/bin:/bin
[ "$(command -v grok-train)" = "$PWD/root/usr/bin/grok-train" ]
grok-train --modulus 11 --steps 20 --save 0,20 | grok-spectrum | grok-ckpt verify >/dev/null
for source in "$SRC"/tools/grok-*.c; do
    tool=$(basename "$source" .c)
    "$tool" --version | grep -q "^$tool [0-9]"
done
for page in "$SRC"/man/*.1; do
    zcat "root/usr/share/man/man1/${page##*/}.gz" | cmp - "$page"
done
root/usr/share/grok-tools/pipelines/demo.sh --help | head -n 1
# A pipeline of the package, with the tools of the package alone.
OUT=out root/usr/share/grok-tools/pipelines/demo.sh STEPS=50 >/dev/null && ls out/demo
