#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The campaign against hostile input, kills and full disks, on the built distribution: tools/chaos/run.sh [--small] [NAME..]
# prints the rows of the table in docs/security.md, and exits 0 if everything held. A NAME is a script beside this one;
# each is called with --small or nothing, and prints its own rows. CHAOS_HOME: a distribution elsewhere.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 3
. cli/src/main/dist/bin/find-java.sh
java_home=$(find_java_home) || { echo "run.sh: no JDK 25 or newer found; set STRAY_JAVA_HOME to one" >&2; exit 3; }
export STRAY_JAVA_HOME="$java_home"
export CHAOS_HOME=${CHAOS_HOME:-$PWD/cli/target/dist/stray}
[ -x "$CHAOS_HOME/bin/stray" ] || { echo "run.sh: there is no $CHAOS_HOME/bin/stray; build it with ./stray --version" >&2; exit 3; }

small=
if [ "${1:-}" = --small ]; then small=--small; shift; fi
[ $# -gt 0 ] || set -- images own changed disk archives memory tokenizers networks kills

CHAOS_WORK=$(mktemp -d)
export CHAOS_WORK STRAY_HOME=$CHAOS_WORK/home
trap 'umount "$CHAOS_WORK"/commands/{full,closed} 2>/dev/null; rm -rf "$CHAOS_WORK"' EXIT
# What the scripts start Java programs with: CHAOS_WORK/java [OPTION..] tools/chaos/X.java ARGUMENT..
cat >"$CHAOS_WORK/java" <<END
#!/bin/sh
exec "$java_home/bin/java" -Xmx512m --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED \\
  --sun-misc-unsafe-memory-access=allow -Djava.awt.headless=true -cp "$CHAOS_HOME/lib/*" "\$@"
END
chmod +x "$CHAOS_WORK/java"

echo '| what | attempts | seed | outcomes | slowest | peak resident |'
echo '|---|---:|---:|---|---:|---:|'
code=0
for name in "$@"; do
  if [ -f "tools/chaos/$name.sh" ]; then
    bash "tools/chaos/$name.sh" $small || { echo "run.sh: $name did not hold" >&2; code=1; }
  fi
done
exit $code
