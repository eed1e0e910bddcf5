#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes the distribution that needs no Java: cli/target/stray-linux-x64.tar.gz (or -aarch64, on such a machine), out of the
# one that `mvn -pl cli -am package -Pdist` leaves. It brings a runtime of the modules that are used, the native libraries
# unpacked, for this platform alone, and a cache of loaded classes, which halves the start.
#
#     tools/dist/linux.sh
set -eu
cd "$(dirname "$0")/../.."
. cli/src/main/dist/bin/find-java.sh
jdk=$(find_java_home)
case $(uname -m) in aarch64 | arm64) platform=linux-aarch64 ;; *) platform=linux-x64 ;; esac
target=$PWD/cli/target
work=$(mktemp -d -p "$target")
trap 'rm -rf "$work"' EXIT

packed=
for found in "$target"/stray-[0-9]*.tar.gz; do packed=$found; done
[ -f "$packed" ] || { echo 'dist: no cli/target/stray-VERSION.tar.gz; make it with: mvn -pl cli -am package -Pdist -DskipTests' >&2; exit 3; }
tar -xzf "$packed" -C "$work"
for found in "$work"/stray-*; do dist=$found; done

"$jdk/bin/jlink" --add-modules java.base,java.desktop,java.management,java.naming,java.net.http,java.sql \
  --add-modules jdk.crypto.ec,jdk.incubator.vector,jdk.unsupported,jdk.zipfs \
  --no-header-files --no-man-pages --strip-debug --output "$dist/runtime" 2>"$work/jlink.log" || { cat "$work/jlink.log" >&2; exit 1; }

# The libraries are unpacked by running with them; what is in the jars for other platforms goes.
STRAY_HOME=$work/home STRAY_JAVA_HOME=$jdk "$dist/bin/stray" demo -o "$work/demo" --quiet >/dev/null
printf 'sign\n' >"$work/names.txt"
STRAY_HOME=$work/home STRAY_JAVA_HOME=$jdk "$dist/bin/stray" text -m stray-mini --classes "$work/names.txt" -o "$work/names.safetensors" --quiet
mv "$work/home/native" "$dist/native"
for jar in "$dist"/lib/onnxruntime-*.jar "$dist"/lib/tokenizers-*.jar; do
  mkdir "$work/jar"
  (cd "$work/jar" && "$jdk/bin/jar" xf "$jar" && rm -rf ai/onnxruntime/native native/lib/*/ && "$jdk/bin/jar" cfm "$jar" META-INF/MANIFEST.MF .)
  rm -r "$work/jar"
done

# The cache names size and time of each jar; tar keeps whole seconds.
touch -d '2026-01-01 00:00:00 UTC' "$dist"/lib/*.jar
STRAY_HOME=$work/home STRAY_JAVA_OPTIONS="-XX:-AOTClassLinking -XX:AOTCacheOutput=$work/stray.aot" \
  "$dist/bin/stray" score -D "$work/demo/detector.stray" -i text/src/test/exports/images/wide.jpg --quiet >/dev/null 2>"$work/aot.log" || { cat "$work/aot.log" >&2; exit 1; }
mv "$work/stray.aot" "$dist/lib/stray.aot"

mv "$dist" "$work/stray"
tar -czf "$work/out.tar.gz" -C "$work" stray
mv "$work/out.tar.gz" "$target/stray-$platform.tar.gz"
ls -l "$target/stray-$platform.tar.gz"
