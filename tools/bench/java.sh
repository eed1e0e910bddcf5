#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds the benchmarks and runs one of their classes. Usage: tools/bench/java.sh [OPTIONS OF JAVA] CLASS [ARGUMENTS]
# It finds a JDK 25 by itself (STRAY_JAVA_HOME or JAVA_HOME go first). STRAY_BENCH_BUILT=1: they are built.
# STRAY_OFFLINE=1: Maven fetches nothing. Without CLASS it only builds; with --about it prints the JDK, the processors and
# the load instead. The scripts beside it run the classes as they are meant to be; STRAY_BENCH_OUT is where they then write to.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$root/cli/src/main/dist/bin/find-java.sh"
JAVA_HOME=$(find_java_home) || { echo "java.sh: no JDK 25 or newer found; set STRAY_JAVA_HOME to one" >&2; exit 3; }
export JAVA_HOME
if [ "${1:-}" = --about ]; then
    "$JAVA_HOME/bin/java" -version 2>&1 | sed -n 2p
    echo "$(getconf _NPROCESSORS_ONLN) x $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | sed -n 1p); load $(cut -d' ' -f1-3 /proc/loadavg) at the start"
    exit
fi
if [ -z "${STRAY_BENCH_BUILT:-}" ]; then
    (cd "$root" && mvn ${STRAY_OFFLINE:+-o} -B -q -pl benchmarks -am package -Dmaven.test.skip=true -Dspotless.check.skip=true) >&2
fi
[ $# -gt 0 ] || exit 0
modules=$root/benchmarks/target/classes:$root/vision/target/classes:$root/graph/target/classes:$root/core/target/classes
exec "$JAVA_HOME/bin/java" --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
    -cp "$modules:$(cat "$root/benchmarks/target/classpath.txt")" "$@" 2> >(grep -v 'WARNING: Using incubator modules' >&2)
