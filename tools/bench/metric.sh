#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds the benchmarks, runs MetricBenchmark and writes benchmarks/results/metric.txt, with the machine, the JDK and the
# commit above the figures. Arguments go to JMH: `-f 0 -wi 0 -i 1` is a quick look. Run it on a machine that does nothing else.
set -euo pipefail
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
tools/bench/java.sh
about=$(tools/bench/java.sh --about)
STRAY_BENCH_BUILT=1 tools/bench/java.sh org.openjdk.jmh.Main MetricBenchmark -rf text -rff "$work/table" "$@" >&2
test -s "$work/table" || { echo "metric.sh: JMH wrote no figures" >&2; exit 1; }

commit=$(git rev-parse --short=12 HEAD)
git diff --quiet HEAD -- pom.xml core benchmarks/src || commit="$commit with local changes"
{
    echo 'MetricBenchmark; RANKED_ONCE is ours, SORT_EACH_TIME sorts anew for each metric and each resample.'
    echo "$about"
    echo "commit: $commit"
    echo
    cat "$work/table"
} | tee "${STRAY_BENCH_OUT:-benchmarks/results/metric.txt}"
