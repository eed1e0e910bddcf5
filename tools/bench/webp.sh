#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Times decoding of lossy WebP files of 500 x 375 on one core, with Stray and in Pillow, in turns, and prints the ratio.
# Usage: tools/bench/webp.sh [ROUNDS [SECONDS]] (default: 3 3). Needs Debian's python3-pil.
set -euo pipefail
cd "$(dirname "$0")/../.."
rounds=${1:-3}
seconds=${2:-3}
core=$(($(nproc) - 1))

tools/bench/java.sh
export STRAY_BENCH_BUILT=1
folder=$(mktemp -d /tmp/stray-webp-XXXX)
trap 'rm -rf "$folder"' EXIT
both() {
    sed -n 's/^decode \([0-9]*\)  shortest+crop [0-9]*  both \([0-9]*\).*/\1 \2/p'
}

/usr/bin/python3 tools/bench/decode_pillow.py webp "$folder" 50
for ((round = 1; round <= rounds; round++)); do
    ours=$(taskset -c "$core" tools/bench/java.sh -Xmx2g -XX:+UseSerialGC io.github.stray.vision.preprocess.DecodeBenchmark "$folder" "$seconds")
    pillow=$(taskset -c "$core" /usr/bin/python3 tools/bench/decode_pillow.py time "$folder" "$seconds")
    echo "$ours"
    echo "$pillow"
    echo "$(both <<<"$ours") $(both <<<"$pillow")" |
        awk '{ printf "decode: %.2f times Pillow; decode + resize to 224: %.2f\n", $1 / $3, $2 / $4 }'
done
