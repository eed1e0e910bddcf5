#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Times value and gradient beside the value alone for a network of ViT-B/32's size, and whole attacks on 32 CIFAR-100 images
# through the small networks of the test data ($STRAY_SHARED), the peak of the processor measured before and after each; writes
# benchmarks/results/attack.txt. Usage: tools/bench/attack.sh (10 minutes on 2 processors). Needs Debian's python3-onnx.
# STRAY_BENCH_BUILT=1: benchmarks and ./stray are built.
set -euo pipefail
cd "$(dirname "$0")/../.."
: "${JAVA_HOME:?set JAVA_HOME to a JDK 25 or newer}"
if [ -z "${STRAY_BENCH_BUILT:-}" ]; then
    mvn -o -B -q -pl benchmarks -am package -DskipTests -Dspotless.check.skip=true
    ./stray --version >/dev/null
fi
classes="benchmarks/target/classes:vision/target/classes:graph/target/classes:core/target/classes:$(cat benchmarks/target/classpath.txt)"
java() {
    "$JAVA_HOME/bin/java" --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED \
        --sun-misc-unsafe-memory-access=allow -cp "$classes" "$@" 2> >(grep -v 'WARNING: Using incubator modules' >&2)
}
peak() {
    java io.github.stray.internal.linalg.FmaPeak | sort -k 3 -n | tail -n 1
}
work=$(mktemp -d /tmp/stray-attack-XXXX)
trap 'rm -rf "$work"' EXIT

{
    echo "tools/bench/attack.sh, $("$JAVA_HOME/bin/java" -version 2>&1 | sed -n 2p)"
    echo "$(nproc) x $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | sed -n 1p); load $(cut -d' ' -f1-3 /proc/loadavg) at the start"
    echo
    echo "== Value and gradient, ViT-B/32's size"
    /usr/bin/python3 tools/bench/vit.py base "$work/vit.onnx"
    java io.github.stray.vision.attack.GradientBenchmark "$work/vit.onnx" 'before(image_embeds)' 224
    echo
    echo "== Attacks: 32 images, 250 steps, batches of 16, lambda 5000, 2,000 images in the gallery"
    for network in resnet20 resnet56 stray-mini mobilenet-v1; do
        peak
        tools/attack_real.py --limit 32 --gallery 2000 --pairs "CIFAR-10 / CIFAR-100" --kinds smooth --networks "$network" "$work/attack" 2>/dev/null | grep "^| $network"
        peak
    done
} | tee benchmarks/results/attack.txt
