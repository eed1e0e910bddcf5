#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Times the linear probe beside the same recipe in PyTorch, in turns, and writes benchmarks/results/probe.txt.
# Usage: tools/bench/probe.sh [EPOCHS [ROUNDS]] (default: 100 3). Needs Debian's python3-torch.
set -euo pipefail
cd "$(dirname "$0")/../.."
: "${JAVA_HOME:?set JAVA_HOME to a JDK 25 or newer}"
epochs=${1:-100}
rounds=${2:-3}
shape="50000 768 100"
export OMP_WAIT_POLICY=PASSIVE
threads=$(nproc)

mvn -o -B -q -pl benchmarks -am package -DskipTests -Dspotless.check.skip=true
classes="benchmarks/target/classes:core/target/classes:$(cat benchmarks/target/classpath.txt)"
java() {
    "$JAVA_HOME/bin/java" --add-modules jdk.incubator.vector -Xmx3g -cp "$classes" "$@" \
        2> >(grep -v 'WARNING: Using incubator modules' >&2)
}
peak() {
    java io.github.stray.internal.linalg.FmaPeak | sort -k 3 -n | tail -n 1
}

{
    echo "tools/bench/probe.sh, $("$JAVA_HOME/bin/java" -version 2>&1 | sed -n 2p)"
    echo "$(nproc) x $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | sed -n 1p); load $(cut -d' ' -f1-3 /proc/loadavg) at the start"
    echo "PyTorch $(/usr/bin/python3 -c 'import torch; print(torch.__version__)') on $(readlink -f /usr/lib/*/libblas.so.3), $threads threads"
    echo "rows dimension classes: $shape; $epochs epochs of batches of 256"
    echo
    for ((round = 1; round <= rounds; round++)); do
        peak
        ours=$(java io.github.stray.probe.ProbeBenchmark $shape "$epochs" adam)
        theirs=$(/usr/bin/python3 tools/bench/probe_torch.py $shape "$epochs" "$threads")
        echo "Stray:   $ours"
        echo "PyTorch: $theirs"
        awk -v a="${ours%% *}" -v b="${theirs%% *}" 'BEGIN { printf "PyTorch / Stray: %.2f\n", b / a }'
    done
    peak
    echo "load $(cut -d' ' -f1-3 /proc/loadavg) at the end"
} | tee benchmarks/results/probe.txt
