#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the Javadoc of all modules as one site: target/javadoc. Needs a built distribution (./stray --version).
#
#     tools/javadoc.sh
set -eu
cd "$(dirname "$0")/.."
. cli/src/main/dist/bin/find-java.sh
jdk=$(find_java_home)
lib=cli/target/dist/stray/lib
[ -d "$lib" ] || { echo 'javadoc: no distribution; ./stray --version builds it' >&2; exit 3; }
jars=$(find "$PWD/$lib" -name '*.jar' ! -name 'stray-*' | sort | paste -sd: -)
set --
modules=
for module in core graph vision text study; do
  set -- "$@" --module-source-path "io.github.stray.$module=$module/src/main/java"
  modules=$modules,io.github.stray.$module
done
rm -rf target/javadoc
# What is missing javac finds, with the visibility that javadoc cannot be told.
"$jdk/bin/javadoc" -quiet -notimestamp -Xdoclint:all,-missing -d target/javadoc --module-path "$jars" \
  --snippet-path cli/src/test/java/io/github/stray/cli --add-modules jdk.incubator.vector "$@" --module "${modules#,}" 2>&1 |
  { grep -v -e 'using incubating module' -e '^2 warnings$' && exit 1 || true; }
test -s target/javadoc/index.html
