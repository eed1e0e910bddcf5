#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Checks what is handed out, of what ./stray and `mvn -pl cli -am package -Pdist` have built: licences of all libraries are
# listed, jars come out the same twice, the modules resolve as such, and the distribution with its own runtime works.
#
#     tools/dist/check.sh
set -eu
cd "$(dirname "$0")/../.."
. cli/src/main/dist/bin/find-java.sh
jdk=$(find_java_home)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { printf 'check: %s\n' "$1" >&2; exit 1; }

lib=cli/target/dist/stray/lib
tar -xzf cli/target/stray-[0-9]*.tar.gz -C "$work"
for found in "$work"/stray-*; do dist=$found; done
for jar in "$lib"/*.jar; do
  name=$(basename "$jar")
  cmp "$jar" "$dist/lib/$name"
  case $name in
    stray-*)
      for file in LICENSE NOTICE THIRD-PARTY.txt; do
        "$jdk/bin/jar" tf "$jar" | grep -qx "META-INF/$file" || fail "$name has no META-INF/$file"
      done
      ;;
    *) grep -qw -e "$(printf '%s' "$name" | sed 's/-[0-9][0-9.]*\.jar$//')" "$dist/THIRD-PARTY.txt" || fail "THIRD-PARTY.txt does not name $name" ;;
  esac
done

"$jdk/bin/java" -p "$lib" --add-modules jdk.incubator.vector -m io.github.stray.cli/io.github.stray.cli.Stray --version >"$work/out" 2>/dev/null || true
grep -q '^stray [0-9]' "$work/out" || fail 'the modules do not resolve'

tools/dist/linux.sh >/dev/null
tar -xzf cli/target/stray-linux-*.tar.gz -C "$work"
export STRAY_HOME="$work/home"
unset STRAY_JAVA_HOME
PATH=/usr/bin:/bin JAVA_HOME='' "$work/stray/bin/stray" demo -o "$work/demo" --quiet >/dev/null
[ ! -e "$STRAY_HOME/native" ] || fail 'libraries were unpacked beside those of the distribution'
STRAY_JAVA_OPTIONS=-Xlog:class+load "$work/stray/bin/stray" --version >"$work/out"
grep -q 'picocli.*source: shared objects file' "$work/out" || fail 'the cache of loaded classes is not used'
STRAY_JAVA_OPTIONS='' "$work/stray/bin/stray" score -D "$work/demo/detector.stray" -i text/src/test/exports/images/wide.jpg --quiet >"$work/out"
grep -q '^wide.jpg,' "$work/out"
