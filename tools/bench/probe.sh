#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Times the linear probe beside the same recipe in PyTorch, in turns, and writes benchmarks/results/probe.txt.
# Usage: tools/bench/probe.sh [EPOCHS [ROUNDS]] (default: 100 3). STRAY_BENCH_SHAPE: other rows, dimension and classes. Needs Debian's python3-torch.
set -euo pipefail
cd "$(dirname "$0")/../.."
epochs=${1:-100}
rounds=${2:-3}
shape=${STRAY_BENCH_SHAPE:-50000 768 100}
export OMP_WAIT_POLICY=PASSIVE
threads=$(nproc)

tools/bench/java.sh
export STRAY_BENCH_BUILT=1
peak() {
    tools/bench/java.sh io.github.stray.internal.linalg.FmaPeak | sort -k 3 -n | tail -n 1
}

{
    echo "tools/bench/probe.sh, $(tools/bench/java.sh --about)"
    echo "PyTorch $(/usr/bin/python3 -c 'import torch; print(torch.__version__)') on $(readlink -f /usr/lib/*/libblas.so.3), $threads threads"
    echo "rows dimension classes: $shape; $epochs epochs of batches of 256"
    echo
    for ((round = 1; round <= rounds; round++)); do
        peak
        ours=$(tools/bench/java.sh -Xmx3g io.github.stray.probe.ProbeBenchmark $shape "$epochs" adam)
        theirs=$(/usr/bin/python3 tools/bench/probe_torch.py $shape "$epochs" "$threads")
        echo "Stray:   $ours"
        echo "PyTorch: $theirs"
        awk -v a="${ours%% *}" -v b="${theirs%% *}" 'BEGIN { printf "PyTorch / Stray: %.2f\n", b / a }'
    done
    peak
    echo "load $(cut -d' ' -f1-3 /proc/loadavg) at the end"
} | tee "${STRAY_BENCH_OUT:-benchmarks/results/probe.txt}"
