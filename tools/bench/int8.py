#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What int8 gains in speed and costs in AUROC: makes int8 networks of those at hand, and prints the table of docs/models.md.

    python3 -m venv /tmp/int8 && /tmp/int8/bin/pip install -r tools/bench/requirements-int8.txt
    /tmp/int8/bin/python tools/bench/int8.py [--rounds N] [--only NAME] WORK_FOLDER

ONNX Runtime's quantiser makes two networks of each float32 one: `dynamic` (activations quantised as it runs, by
quantize_dynamic) and `static` (by quantize_static with 96 photographs of sets that are not measured). Of the network
that is given in int8 a float32 twin is made: the same weights, nothing rounded in between. Speed is inference alone, on one
thread, in images per second of processor time, which other work on the machine does not add to; the kinds of a network take
turns, and the ratio is the median over rounds. AUROC comes from `stray bench run` on imagenette. Needs the test data
(STRAY_SHARED, default ../shared). What is in WORK_FOLDER is not made again.
"""
import argparse
import csv
import json
import logging
import os
import pathlib
import statistics
import subprocess
import sys
import time
import zipfile

import numpy as np
import onnx
import onnxruntime as ort
from onnx import numpy_helper
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_dynamic, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process
from PIL import Image

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHARED = pathlib.Path(os.environ.get("STRAY_SHARED", ROOT.parent / "shared")).resolve()
MINI = ROOT / "vision/src/main/resources/io/github/stray/vision/model/stray-mini/stray-mini.onnx"
PHOTOGRAPHS = ["sun-scenes", "flowers17", "grocery-test"]
# name: file, side, resize, interpolation, mean, std, outputs
NETWORKS = {
    "stray-mini": (MINI, 64, 64, "bilinear", (.4802, .4481, .3975), (.2770, .2691, .2821), "features,embeddings:l2"),
    "mobilenet-v1": ("mobilenet_v1_025_imagenet.onnx", 224, 256, "bilinear", (.5,) * 3, (.5,) * 3, "features,logits"),
    "mobilenetv2": ("mobilenetv2_imagenet_int8_feat.onnx", 224, 256, "bilinear", (.485, .456, .406), (.229, .224, .225),
                    "features,logits=output"),
    "lite0": ("efficientnet_lite0_imagenet.onnx", 224, 256, "bicubic", (.498,) * 3, (.502,) * 3, "features,logits"),
}
SUITE = """name: int8
title: float32 and int8
sets:
  train: {{input: {images}/imagenette-val224.zip, part: rest, share: 0.5}}
  test: {{input: {images}/imagenette-val224.zip, part: held-out, share: 0.5}}
  imagewoof: {images}/imagewoof-val224.zip
  textures: {images}/dtd10.zip
  scenes: {images}/intel-scenes.zip
pairs:
  - {{name: imagenette, train: train, test: test, near: [imagewoof], far: [textures, scenes]}}
extractors: [{extractors}]
detectors: [knn, mahalanobis]
"""


def photographs(count=32):
    for name in PHOTOGRAPHS:
        with zipfile.ZipFile(SHARED / "data/images" / (name + ".zip")) as archive:
            files = sorted(n for n in archive.namelist() if n.lower().endswith((".jpg", ".jpeg", ".png")))
            for i in range(count):
                with archive.open(files[i * len(files) // count]) as file:
                    yield Image.open(file).convert("RGB")


def pixels(image, description):
    _, side, shortest, interpolation, mean, std, _ = description
    w, h = image.size
    to = (shortest, int(shortest * h / w)) if w <= h else (int(shortest * w / h), shortest)
    image = image.resize(to, {"bilinear": Image.BILINEAR, "bicubic": Image.BICUBIC}[interpolation])
    left, top = round((image.size[0] - side) / 2), round((image.size[1] - side) / 2)
    values = np.asarray(image.crop((left, top, left + side, top + side)), np.float64) / 255
    return ((values - mean) / std).transpose(2, 0, 1).astype(np.float32)


class Calibration(CalibrationDataReader):
    def __init__(self, name, rows):
        self.batches = iter([{name: row[None]} for row in rows])

    def get_next(self):
        return next(self.batches, None)


def in_float32(file, target):
    """The twin of a network with pairs of QuantizeLinear and DequantizeLinear: integers that are given become floats.

    A pair becomes a Clip: the quantiser left activations such as ReLU6 to the ends of its range.
    """
    model = onnx.load(file)
    given = {i.name: numpy_helper.to_array(i) for i in model.graph.initializer}
    pairs, kept = {}, []
    for node in model.graph.node:
        if node.op_type == "QuantizeLinear":
            scale, zero = given[node.input[1]], given[node.input[2]]
            ends = np.iinfo(zero.dtype)
            bounds = [node.output[0] + end for end in ("_low", "_high")]
            for name, end in zip(bounds, (ends.min, ends.max)):
                value = np.array((end - float(zero)) * float(scale), np.float32)
                model.graph.initializer.append(numpy_helper.from_array(value, name))
            pairs[node.output[0]] = [node.input[0], *bounds]
        elif node.op_type == "DequantizeLinear" and node.input[0] in pairs:
            kept.append(onnx.helper.make_node("Clip", pairs[node.input[0]], [node.output[0]], name=node.output[0]))
        elif node.op_type == "DequantizeLinear":
            scale, zero = given[node.input[1]].astype(np.float64), given[node.input[2]].astype(np.float64)
            axis = next((a.i for a in node.attribute if a.name == "axis"), 1)
            values = given[node.input[0]].astype(np.float64)
            shape = [-1 if d == axis else 1 for d in range(values.ndim)] if scale.size > 1 else [1] * values.ndim
            real = (values - zero.reshape(shape)) * scale.reshape(shape)
            model.graph.initializer.append(numpy_helper.from_array(real.astype(np.float32), node.output[0]))
        else:
            kept.append(node)
    del model.graph.node[:]
    model.graph.node.extend(kept)
    used = {name for node in kept for name in node.input}
    left = [i for i in model.graph.initializer if i.name in used]
    del model.graph.initializer[:]
    model.graph.initializer.extend(left)
    del model.graph.value_info[:]
    onnx.checker.check_model(model)
    onnx.save(model, target)


def make(name, work):
    """The kinds of a network: name to file, float32 first."""
    description = NETWORKS[name]
    given = SHARED / "models" / description[0]
    if "int8" in given.name:
        twin = work / (name + "-float32.onnx")
        if not twin.exists():
            in_float32(given, twin)
        return {"float32": twin, "given": given}
    kinds = {"float32": given, "dynamic": work / (name + "-dynamic.onnx"), "static": work / (name + "-static.onnx")}
    if not kinds["static"].exists():
        ready = work / (name + "-ready.onnx")
        quant_pre_process(given, ready, skip_symbolic_shape=True)
        # ONNX Runtime convolves unsigned weights only where activations are quantised as it runs.
        quantize_dynamic(ready, kinds["dynamic"], weight_type=QuantType.QUInt8)
        tensor = onnx.load(ready).graph.input[0].name
        quantize_static(ready, kinds["static"], Calibration(tensor, [pixels(i, description) for i in photographs()]),
                        quant_format=QuantFormat.QDQ, per_channel=True,
                        activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8)
        ready.unlink()
    return kinds


def stray(*arguments, home):
    words = [str(a) for a in arguments]
    print("+ stray " + " ".join(words), file=sys.stderr, flush=True)
    subprocess.run([ROOT / "stray", *words], env={**os.environ, "STRAY_HOME": str(home)}, check=True, stdout=sys.stderr)


def add(name, kind, file, home):
    """Installs a network, unless it is there, and gives the batch that its card allows."""
    installed = home / "models" / ("%s-%s" % (name, kind))
    if not installed.exists():
        _, side, shortest, interpolation, mean, std, outputs = NETWORKS[name]
        stray("models", "add", file, "--name", installed.name, "--input-size", side, "--resize", "shortest:%d" % shortest,
              "--crop", "center:%d" % side, "--interpolation", interpolation, "--mean", ",".join(map(str, mean)),
              "--std", ",".join(map(str, std)), "--output", outputs, "--quiet", home=home)
    return json.loads((installed / "extractor.json").read_text())["input"].get("batch", 8)


def session(file):
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return ort.InferenceSession(file, options, providers=["CPUExecutionProvider"])


def rates(sessions, batches, rows, rounds, seconds=1.5):
    """Kind to images per second of processor time, one figure a round; the kinds take turns."""
    measured = {kind: [] for kind in sessions}
    for turn in range(rounds + 1):
        for kind, network in sessions.items():
            feed = {network.get_inputs()[0].name: rows[:batches[kind]]}
            count, begun = 0, time.process_time()
            while time.process_time() - begun < seconds:
                network.run(None, feed)
                count += batches[kind]
            if turn > 0:
                measured[kind].append(count / (time.process_time() - begun))
    return measured


def cosine(a, b):
    return float(np.mean((a * b).sum(1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)))


def features(network, rows):
    name = network.get_inputs()[0].name
    return np.concatenate([network.run(["features"], {name: row[None]})[0].reshape(1, -1) for row in rows]).astype(np.float64)


def main():
    logging.disable(logging.WARNING)
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--only", choices=NETWORKS)
    parser.add_argument("folder", type=pathlib.Path)
    args = parser.parse_args()
    if not (SHARED / "models").is_dir():
        sys.exit("no test data at %s; set STRAY_SHARED" % SHARED)
    work = args.folder.resolve()
    home = work / "home"
    work.mkdir(parents=True, exist_ok=True)
    lines, extractors = {}, []
    for name in [args.only] if args.only else NETWORKS:
        kinds = make(name, work)
        batches = {kind: add(name, kind, file, home) for kind, file in kinds.items()}
        rows = np.stack([pixels(image, NETWORKS[name]) for image in photographs()])
        sessions = {kind: session(file) for kind, file in kinds.items()}
        exact = features(sessions["float32"], rows)
        measured = rates(sessions, batches, rows, args.rounds)
        for kind, file in kinds.items():
            ratios = [a / b for a, b in zip(measured[kind], measured["float32"])]
            extractors.append("%s-%s" % (name, kind))
            lines[extractors[-1]] = "| %s | %s | %.1f | %d | %s | %s |" % (
                name, kind, file.stat().st_size / 1e6, batches[kind],
                "1" if kind == "float32" else "%.2f (%.2f to %.2f)" % (statistics.median(ratios), min(ratios), max(ratios)),
                "1" if kind == "float32" else "%.4f" % cosine(features(sessions[kind], rows), exact))
    suite = work / "int8.yaml"
    suite.write_text(SUITE.format(images=SHARED / "data/images", extractors=", ".join(extractors)))
    stray("bench", "run", suite, "-o", work / "study", "--force", home=home)
    cells = {}
    with open(work / "study/results.csv", newline="") as file:
        for row in csv.DictReader(file):
            cells.setdefault(row["extractor"], {}).setdefault(row["detector"], []).append("%.3f" % float(row["auroc"]))
    processor = pathlib.Path("/proc/cpuinfo").read_text()
    print("onnxruntime %s, %s VNNI, %d rounds in turns.\n" % (
        ort.__version__, "with" if "vnni" in processor else "without", args.rounds))
    print("| network | kind | MB | batch | images/s, as a multiple of float32's | cosine with float32's features "
          "| `knn`: imagewoof / textures / scenes | `mahalanobis` |")
    print("|---|---|---|---|---|---|---|---|")
    for extractor, line in lines.items():
        print(line + " %s | %s |" % (" / ".join(cells[extractor]["knn"]), " / ".join(cells[extractor]["mahalanobis"])))


if __name__ == "__main__":
    main()
