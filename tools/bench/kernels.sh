#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Measures the kernels and writes benchmarks/results/kernels.txt. Usage: tools/bench/kernels.sh [FOLDER]
# Needs gcc and Debian's python3-numpy, python3-faiss and python3-threadpoolctl, and an OpenBLAS.
# FOLDER (default: a new one under /tmp, removed at the end) receives two made-up galleries, 8 GB together.
# STRAY_BENCH_ROUNDS: rounds of exact neighbours beside the baselines (default 5). STRAY_BENCH_ROWS: of the large gallery (1280000).
set -euo pipefail
cd "$(dirname "$0")/../.."
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE
export OMP_WAIT_POLICY=PASSIVE OPENBLAS_NUM_THREADS=2

tools/bench/java.sh
export STRAY_BENCH_BUILT=1
peak_in_c() {
    if gcc -O2 -pthread tools/bench/fma_peak.c -o "$folder/fma_peak" 2>/dev/null; then
        "$folder/fma_peak"
    else
        echo "FMA peak of a loop in C: not measured, there is no gcc for x86-64"
    fi
}
package=io.github.stray.internal.linalg
folder=${1:-$(mktemp -d /tmp/stray-gallery-XXXX)}
mkdir -p "$folder"
if [ $# -eq 0 ]; then
    trap 'rm -rf "$folder"' EXIT
fi

{
    echo "tools/bench/kernels.sh, $(tools/bench/java.sh --about)"
    echo
    echo "== FMA peak, float32"
    tools/bench/java.sh $package.FmaPeak
    peak_in_c
    echo
    echo "== Exact neighbours, 10,000 queries, 50,000 x 768, -Xmx64m (gallery and queries lie outside the heap)"
    /usr/bin/python3 tools/bench/knn_baselines.py "${STRAY_BENCH_ROUNDS:-5}" -- tools/bench/java.sh -Xmx64m $package.NearestRowsBenchmark --rounds
    echo
    echo "== Larger than memory, 1,000 queries, 1,280,000 x 1,024, -Xmx512m, page cache warm where memory suffices"
    tools/bench/java.sh -Xmx512m $package.LargeGalleryBenchmark "$folder" ${STRAY_BENCH_ROWS:-}
    echo
    echo "== Mahalanobis, 50,000 x 1,024, 1,000 classes; decompositions"
    tools/bench/java.sh -Xmx3g $package.MahalanobisBenchmark
    echo
    peak_in_c
    echo "load $(cut -d' ' -f1-3 /proc/loadavg) at the end"
} 2>&1 | tee "${STRAY_BENCH_OUT:-benchmarks/results/kernels.txt}"
