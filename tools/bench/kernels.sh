#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# STRAY_BENCH_ROUNDS: rounds of exact neighbours beside the baselines (default 5).
# Measures the kernels and writes benchmarks/results/kernels.txt. Usage: tools/bench/kernels.sh [FOLDER]
# FOLDER (default: a new one under /tmp, removed at the end) receives two made-up galleries, 8 GB together.
set -euo pipefail
cd "$(dirname "$0")/../.."
: "${JAVA_HOME:?set JAVA_HOME to a JDK 25 or newer}"
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE
export OMP_WAIT_POLICY=PASSIVE OPENBLAS_NUM_THREADS=2

mvn -o -B -q -pl benchmarks -am package -DskipTests -Dspotless.check.skip=true
classes="benchmarks/target/classes:core/target/classes:$(cat benchmarks/target/classpath.txt)"
java() {
    "$JAVA_HOME/bin/java" --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED -cp "$classes" "$@" \
        2> >(grep -v 'WARNING: Using incubator modules' >&2)
}
peak_in_c() {
    if gcc -O2 -mavx2 -mfma -pthread tools/bench/fma_peak.c -o "$folder/fma_peak" 2>/dev/null; then
        "$folder/fma_peak"
    else
        echo "FMA peak of a loop in C: not measured, there is no gcc, or no AVX2"
    fi
}
package=io.github.stray.internal.linalg
folder=${1:-$(mktemp -d /tmp/stray-gallery-XXXX)}
mkdir -p "$folder"
if [ $# -eq 0 ]; then
    trap 'rm -rf "$folder"' EXIT
fi

{
    echo "tools/bench/kernels.sh, $("$JAVA_HOME/bin/java" -version 2>&1 | sed -n 2p)"
    echo "$(nproc) x $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | sed -n 1p); load $(cut -d' ' -f1-3 /proc/loadavg) at the start"
    echo
    echo "== FMA peak, float32"
    java $package.FmaPeak
    peak_in_c
    echo
    echo "== Exact neighbours, 10,000 queries, 50,000 x 768, -Xmx64m (gallery and queries lie outside the heap)"
    /usr/bin/python3 tools/bench/knn_baselines.py "${STRAY_BENCH_ROUNDS:-5}" -- "$JAVA_HOME/bin/java" --add-modules jdk.incubator.vector \
        --enable-native-access=ALL-UNNAMED -Xmx64m -cp "$classes" $package.NearestRowsBenchmark --rounds
    echo
    echo "== Larger than memory, 1,000 queries, 1,280,000 x 1,024, -Xmx512m, page cache warm where memory suffices"
    java -Xmx512m $package.LargeGalleryBenchmark "$folder"
    echo
    echo "== Mahalanobis, 50,000 x 1,024, 1,000 classes; decompositions"
    java -Xmx3g $package.MahalanobisBenchmark
    echo
    peak_in_c
    echo "load $(cut -d' ' -f1-3 /proc/loadavg) at the end"
} 2>&1 | grep --line-buffered -v 'WARNING: Using incubator modules' | tee benchmarks/results/kernels.txt
