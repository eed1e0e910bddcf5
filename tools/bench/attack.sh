#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Times value and gradient beside the value alone for a network of ViT-B/32's size, and whole attacks on 32 CIFAR-100 images
# through the small networks of the test data ($STRAY_SHARED), the peak of the processor measured before and after each; writes
# benchmarks/results/attack.txt. Usage: tools/bench/attack.sh [LIMIT [STEPS]] (default: 32 250; 10 minutes on 2 processors). Needs Debian's python3-onnx.
set -euo pipefail
cd "$(dirname "$0")/../.."
tools/bench/java.sh
./stray --version >/dev/null
export STRAY_BENCH_BUILT=1
peak() {
    tools/bench/java.sh io.github.stray.internal.linalg.FmaPeak | sort -k 3 -n | tail -n 1
}
limit=${1:-32}
steps=${2:-250}
work=$(mktemp -d /tmp/stray-attack-XXXX)
trap 'rm -rf "$work"' EXIT

{
    echo "tools/bench/attack.sh, $(tools/bench/java.sh --about)"
    echo
    echo "== Value and gradient, ViT-B/32's size"
    /usr/bin/python3 tools/bench/vit.py base "$work/vit.onnx"
    tools/bench/java.sh io.github.stray.vision.attack.GradientBenchmark "$work/vit.onnx" 'before(image_embeds)' 224
    echo
    echo "== Attacks: $limit images, $steps steps, batches of 16, lambda 5000, 2,000 images in the gallery"
    for network in resnet20 resnet56 stray-mini mobilenet-v1; do
        peak
        tools/attack_real.py --limit "$limit" --steps "$steps" --gallery 2000 --pairs "CIFAR-10 / CIFAR-100" --kinds smooth --networks "$network" "$work/attack" 2>/dev/null | grep "^| $network"
        peak
    done
} | tee "${STRAY_BENCH_OUT:-benchmarks/results/attack.txt}"
