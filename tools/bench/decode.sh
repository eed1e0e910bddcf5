#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Times decoding and resizing of 500 x 375 JPEGs to 224 x 224 on one core, with libjpeg-turbo, with ImageIO and in Pillow, in
# turns, and writes benchmarks/results/decode.txt. Usage: tools/bench/decode.sh [ROUNDS [SECONDS]] (default: 3 3).
# Needs Debian's python3-pil and libturbojpeg0. Java's compilers share the core; they are done after the warm-up.
set -euo pipefail
cd "$(dirname "$0")/../.."
rounds=${1:-3}
seconds=${2:-3}
core=$(($(nproc) - 1))

tools/bench/java.sh
export STRAY_BENCH_BUILT=1
folder=$(mktemp -d /tmp/stray-jpegs-XXXX)
trap 'rm -rf "$folder"' EXIT
ours() {
    taskset -c "$core" tools/bench/java.sh -Xmx2g -XX:+UseSerialGC "-Dstray.jpeg=$1" io.github.stray.vision.preprocess.DecodeBenchmark "$folder" "$seconds"
}
both() {
    sed -n 's/.*shortest+crop [0-9]*  both \([0-9]*\)  exact [0-9]*  both \([0-9]*\).*/\1 \2/p'
}

{
    echo "tools/bench/decode.sh, on one core, $(tools/bench/java.sh --about)"
    /usr/bin/python3 tools/bench/decode_pillow.py make "$folder" 85
    echo "Images a second of processor time. shortest+crop: bicubic to a shortest side of 224, centre crop; exact: bicubic to 224 x 224."
    echo
    for ((round = 1; round <= rounds; round++)); do
        turbo=$(ours turbo)
        pillow=$(taskset -c "$core" /usr/bin/python3 tools/bench/decode_pillow.py time "$folder" "$seconds")
        imageio=$(ours imageio)
        echo "$turbo"
        echo "$imageio"
        echo "$pillow"
        echo "$(both <<<"$turbo") $(both <<<"$imageio") $(both <<<"$pillow")" |
            awk '{ printf "decode + shortest+crop: %.2f (turbo) and %.2f (ImageIO) times Pillow; decode + exact: %.2f and %.2f\n", $1 / $5, $3 / $5, $2 / $6, $4 / $6 }'
    done
    echo
    echo "load $(cut -d' ' -f1-3 /proc/loadavg) at the end"
} 2>&1 | tee "${STRAY_BENCH_OUT:-benchmarks/results/decode.txt}"
