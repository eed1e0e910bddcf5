#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Checks single images with a guard in Java beside decoding, resizing and inference called by hand, from 32 platform and 32
# virtual threads, and many times in a row, for stray-mini and for MobileNetV2 in int8 (where $STRAY_SHARED has it), and writes
# benchmarks/results/guard.txt. Usage: tools/bench/guard.sh [TIMED [MANY [LONG]]] (default: 1000 timed checks, 3000 from each
# kind of thread, 50000 in a row). The images are 500 x 375 JPEGs; Debian's python3-pil makes them.
set -euo pipefail
cd "$(dirname "$0")/../.."
timed=${1:-1000} many=${2:-3000} long=${3:-50000}
shared=${STRAY_SHARED:-../shared}

tools/bench/java.sh
./stray --version >/dev/null
export STRAY_BENCH_BUILT=1
work=$(mktemp -d /tmp/stray-guard-XXXX)
trap 'rm -rf "$work"' EXIT
export STRAY_HOME=$work/home

measure() {
    ./stray fit -d knn -m "$1" -i "$work/images" -o "$work/$1.stray" --quiet >/dev/null
    tools/bench/java.sh -Xmx1g io.github.stray.vision.GuardBenchmark "$work/$1.stray" "$work/few" "$timed" "$many" "$2"
}

{
    echo "tools/bench/guard.sh $timed $many $long, $(tools/bench/java.sh --about)"
    mkdir "$work/images" "$work/few"
    /usr/bin/python3 tools/bench/decode_pillow.py make "$work/images" 600
    find "$work/images" -type f | sort | head -40 | xargs cp -t "$work/few"
    echo
    measure stray-mini "$long"
    int8=$shared/models/mobilenetv2_imagenet_int8_feat.onnx
    if [ -f "$int8" ]; then
        ./stray models add "$int8" --name mobilenetv2-int8 --input-size 224 --resize shortest:256 --crop center:224 \
            --interpolation bilinear --mean .485,.456,.406 --std .229,.224,.225 --output features --quiet >/dev/null
        measure mobilenetv2-int8 "$((long / 10))"
    else
        echo "MobileNetV2 int8: not measured, there is no $int8"
    fi
    echo
    echo "load $(cut -d' ' -f1-3 /proc/loadavg) at the end"
} 2>&1 | tee "${STRAY_BENCH_OUT:-benchmarks/results/guard.txt}"
