#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Times whole extractions of 500 x 375 JPEGs against their parts (decoding, resizing, inference, each alone on all
# processors), for a network of ViT-B/32's size with random weights and for MobileNetV2 in int8 (where $STRAY_SHARED has it),
# and writes benchmarks/results/extract.txt. Usage: tools/bench/extract.sh [ROUNDS] (default: 5; 6 minutes on 2 processors).
# Needs Debian's python3-pil, python3-onnx and libturbojpeg0.
set -euo pipefail
cd "$(dirname "$0")/../.."
export OMP_WAIT_POLICY=PASSIVE
rounds=${1:-5}
shared=${STRAY_SHARED:-../shared}

tools/bench/java.sh
./stray --version >/dev/null
export STRAY_BENCH_BUILT=1
work=$(mktemp -d /tmp/stray-extract-XXXX)
trap 'rm -rf "$work"' EXIT
export STRAY_HOME=$work/home
clip=(--input-size 224 --resize shortest:224 --crop center:224 --interpolation bicubic --mean .48145466,.4578275,.40821073
    --std .26862954,.26130258,.27577711 --output "embeddings=image_embeds:l2")
imagenet=(--input-size 224 --resize shortest:256 --crop center:224 --interpolation bilinear --mean .485,.456,.406
    --std .229,.224,.225 --output features)

parts() {
    tools/bench/java.sh io.github.stray.vision.onnx.ExtractBenchmark \
        "$STRAY_HOME" "$1" "$work/images" "$2" "$rounds" "$work/features.safetensors" "$3"
}
# The process as a user starts it: Java's start, the weights' digest and their loading are in the time, all memory in the peak.
process() {
    /usr/bin/python3 - "$1" "$work" "$(stat -c %s "$STRAY_HOME/models/$1/"*.onnx)" <<'END'
import os, resource, subprocess, sys, time
name, work, size = sys.argv[1:]
start = time.time()
subprocess.run(["./stray", "extract", "-m", name, "-i", work + "/images", "-o", work + "/process.safetensors", "--force", "--quiet"],
               check=True, stdout=subprocess.DEVNULL)
seconds, images = time.time() - start, len(os.listdir(work + "/images"))
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
print("./stray extract -m %s: %d images in %.1f s from start to end, %.1f images/s; peak %.0f MB, %.0f MB more than the %.0f MB of the model"
      % (name, images, seconds, images / seconds, peak, peak - int(size) / 2**20, int(size) / 2**20))
END
}

{
    echo "tools/bench/extract.sh, $(tr : '\n' <benchmarks/target/classpath.txt | sed -n 's/.*\(onnxruntime[a-z_]*-[0-9.]*\)\.jar/\1/p'), $(tools/bench/java.sh --about)"
    mkdir "$work/images"
    /usr/bin/python3 tools/bench/decode_pillow.py make "$work/images" 600
    echo
    /usr/bin/python3 tools/bench/vit.py base "$work/vit-b-32.onnx"
    ./stray models add "$work/vit-b-32.onnx" "${clip[@]}" --quiet >/dev/null
    rm "$work/vit-b-32.onnx"
    parts vit-b-32 256 "${STRAY_BENCH_BATCHES:-8}"
    process vit-b-32
    echo
    int8=$shared/models/mobilenetv2_imagenet_int8_feat.onnx
    if [ -f "$int8" ]; then
        ./stray models add "$int8" --name mobilenetv2-int8 "${imagenet[@]}" --quiet >/dev/null
        parts mobilenetv2-int8 600 "${STRAY_BENCH_BATCHES:-8}"
        process mobilenetv2-int8
    else
        echo "MobileNetV2 int8: not measured, there is no $int8"
    fi
    echo
    echo "load $(cut -d' ' -f1-3 /proc/loadavg) at the end"
} 2>&1 | tee "${STRAY_BENCH_OUT:-benchmarks/results/extract.txt}"
