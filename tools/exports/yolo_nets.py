#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Classifiers of Ultralytics, exported by itself. To be run with the Python of requirements-yolo.txt.

usage: yolo_nets.py OUT

The file's own metadata hold the class names and the size; the processor is Ultralytics' usual one. Ultralytics is under the AGPL-3.0:
nothing of it, and no file that it wrote, is part of this repository.
"""

import argparse
import json
import os
import pathlib
import shutil
import tempfile
import time

os.environ.update(YOLO_OFFLINE="true", YOLO_AUTOINSTALL="false", YOLO_CONFIG_DIR=tempfile.mkdtemp())

import numpy as np
import torch
from ultralytics import YOLO
from ultralytics.data.augment import classify_transforms

import folder as folders
import pictures
from randomise import batch, randomise, settle
from table import NAMES

VERSIONS = {"yolo11": "yolo11-cls.yaml", "yolo8": "yolov8-cls.yaml"}
SIDE = 64


def small(yaml_name, folder):
    """The version's own network of a sixteenth of the width."""
    import ultralytics
    import yaml

    file = next(pathlib.Path(ultralytics.__file__).parent.rglob(yaml_name))
    config = yaml.safe_load(file.read_text())
    config.update(nc=len(NAMES), scales={"n": [0.34, 0.0625, 1024]})
    target = pathlib.Path(folder) / yaml_name.replace("-cls", "n-cls")
    target.write_text(yaml.safe_dump(config))
    return str(target)


def make(out, name, yaml_name, dynamic):
    began = time.time()
    drawn = pictures.read(pathlib.Path(out) / "images")
    folder = folders.Folder(out, f"{name}-{'dynamic' if dynamic else 'fixed'}", drawn)
    work = tempfile.mkdtemp()
    model = YOLO(small(yaml_name, work), task="classify")
    network = model.model
    torch.manual_seed(1)
    settle(randomise(network), lambda n: n(batch(SIDE)))
    network.names = dict(enumerate(NAMES))
    file = model.export(format="onnx", imgsz=SIDE, dynamic=dynamic, simplify=False, opset=17)
    shutil.move(str(file), folder.model / "model.onnx")
    transform = classify_transforms(SIDE)
    linear = [m for m in network.modules() if isinstance(m, torch.nn.Linear)][-1]
    caught = []
    linear.register_forward_hook(lambda _, given, result: caught.append((given[0][0].numpy(), result[0].numpy())))
    inputs = [transform(p)[None] for p in drawn.values()]
    network.eval()
    with torch.no_grad():
        outputs = [network(x) for x in inputs]
    outputs = np.stack([(o[0] if isinstance(o, (tuple, list)) else o)[0].numpy() for o in outputs])
    got = [next(iter(folders.run(folder.model / "model.onnx", {"images": x.numpy()}).values()))[0] for x in inputs]
    (folder.path / "options.json").write_text(json.dumps(["model.onnx", "--preset", "ultralytics"]))
    shapes = folders.outputs_of(folder.model / "model.onnx")
    folder.say(
        family=name,
        **{"class": "ClassificationModel"},
        exporter="ultralytics",
        inputs=shapes[0],
        outputs=shapes[1],
        right="values",
        processor="ultralytics",
        activation="softmax",
        features="input of the last linear layer",
        names=NAMES,
        note="the class names stand in the file's metadata",
        versions=folders.versions("ultralytics", "torch", "torchvision", "onnx", "onnxruntime", "pillow"),
    )
    folders.compare(folder, "output", got, outputs)
    folder.expect_pixels(inputs)
    folder.expect("features", np.stack([c[0] for c in caught]))
    folder.expect("logits", np.stack([c[1] for c in caught]))
    folder.expect("outputs", outputs)
    folder.close(began)
    print(
        name,
        folder.about["kilobytes"],
        "KB",
        folder.about["largest difference of onnxruntime from the library"],
        np.ptp(np.stack([c[1] for c in caught]), 0).max(),
        shapes,
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=pathlib.Path)
    args = parser.parse_args()
    torch.set_num_threads(1)
    pictures.write(args.out / "images")
    for name, yaml_name in VERSIONS.items():
        make(args.out, name, yaml_name, dynamic=name == "yolo8")


if __name__ == "__main__":
    main()
