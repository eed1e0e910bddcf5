#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds the benchmarks, runs MetricBenchmark and writes benchmarks/results/metric.txt, with the machine, the JDK and the
# commit above the figures. Arguments go to JMH: `-f 0 -wi 0 -i 1` is a quick look (STRAY_BENCH_OUT: another file to write).
# Run it on a machine that does nothing else. STRAY_OFFLINE=1: Maven does not look for updates.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
cd "$root"
. cli/src/main/dist/bin/find-java.sh
JAVA_HOME=$(find_java_home) || { echo "metric.sh: no JDK 25 or newer found; set STRAY_JAVA_HOME to one" >&2; exit 3; }
export JAVA_HOME
out=${STRAY_BENCH_OUT:-benchmarks/results/metric.txt}

mvn -B -q ${STRAY_OFFLINE:+-o} -pl benchmarks -am -Dmaven.test.skip=true package

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
load=$(uptime | sed 's/.*load average: *//')
"$JAVA_HOME/bin/java" --add-modules jdk.incubator.vector -cp "benchmarks/target/classes:$(cat benchmarks/target/classpath.txt)" \
    org.openjdk.jmh.Main MetricBenchmark -rf text -rff "$work/table" "$@" >&2
test -s "$work/table" || { echo "metric.sh: JMH wrote no figures" >&2; exit 1; }

commit=$(git rev-parse --short=12 HEAD)
git diff --quiet HEAD -- pom.xml core benchmarks/src || commit="$commit with local changes"
processor=$(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo 2>/dev/null | head -n 1)
{
    printf 'MetricBenchmark; RANKED_ONCE is ours, SORT_EACH_TIME sorts anew for each metric and each resample.\n'
    printf 'machine: %s, %s processors, %s\n' "${processor:-$(uname -m)}" "$(getconf _NPROCESSORS_ONLN)" "$(uname -sr)"
    printf 'java: %s\n' "$("$JAVA_HOME/bin/java" -version 2>&1 | sed -n 2p)"
    printf 'commit: %s\n' "$commit"
    printf 'load averages before the run: %s\n\n' "$load"
    cat "$work/table"
} >"$work/out"
cp "$work/out" "$out"
cat "$out"
