#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Classifiers of Paddle, exported by paddle2onnx. To be run with the Python of requirements-paddle.txt.

usage: paddle_nets.py OUT
"""

import argparse
import json
import pathlib
import tempfile
import time

import numpy as np
import paddle
import paddle2onnx

import folder as folders
import pictures

SIDE, CLASSES = 64, 10
MEAN, DEVIATION = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
OPTIONS = [
    "--input-size",
    str(SIDE),
    "--resize",
    f"exact:{SIDE}x{SIDE}",
    "--crop",
    "none",
    "--interpolation",
    "bilinear",
    "--mean",
    ",".join(map(str, MEAN)),
    "--std",
    ",".join(map(str, DEVIATION)),
]


def layers(outputs):
    """What a user adds where nothing tells logits from an embedding."""
    name = next(iter(outputs))
    return ["--output", f"features=before({name}),logits={name}"]


class Classifier(paddle.nn.Layer):
    """As PaddleClas saves it for inference: Softmax at the end."""

    def __init__(self, network, softmax):
        super().__init__()
        self.network, self.softmax = network, softmax

    def forward(self, x):
        x = self.network(x)
        return paddle.nn.functional.softmax(x) if self.softmax else x


def network_of():
    paddle.seed(3)
    network = paddle.vision.models.MobileNetV2(scale=0.1, num_classes=CLASSES)
    random = np.random.default_rng(5)
    for name, weight in network.state_dict().items():
        shape = weight.shape
        if len(shape) > 1:
            value = random.normal(0, 1.2 / np.sqrt(shape[0] if len(shape) == 2 else np.prod(shape[1:])), shape)
        elif name.endswith("_mean") or name.endswith("bias"):
            value = random.normal(0, 0.1, shape)
        else:
            value = random.uniform(0.5, 1.3, shape)
        weight.set_value(value.astype("float32"))
    network.eval()
    return network


def make(out, softmax):
    began = time.time()
    name = "paddle-softmax" if softmax else "paddle-logits"
    folder = folders.Folder(out, name, [])
    folder.pictures = drawn = pictures.exact(folder.path / "images", SIDE, SIDE)
    network = network_of()
    classifier = Classifier(network, softmax)
    classifier.eval()
    saved = pathlib.Path(tempfile.mkdtemp()) / "inference"
    paddle.jit.save(classifier, str(saved), input_spec=[paddle.static.InputSpec([-1, 3, SIDE, SIDE], "float32", "x")])
    program = next(p for p in (saved.with_suffix(".json"), saved.with_suffix(".pdmodel")) if p.exists())
    paddle2onnx.export(
        str(program),
        str(saved.with_suffix(".pdiparams")),
        str(folder.model / "model.onnx"),
        opset_version=16,
        enable_onnx_checker=True,
    )
    levels = np.stack([np.array(p) for p in drawn.values()]).transpose(0, 3, 1, 2).astype(np.float32) / 255
    pixels = ((levels - np.reshape(MEAN, (3, 1, 1))) / np.reshape(DEVIATION, (3, 1, 1))).astype(np.float32)
    caught = []
    linear = [layer for layer in network.sublayers() if isinstance(layer, paddle.nn.Linear)][-1]
    hook = linear.register_forward_pre_hook(lambda _, given: caught.append(given[0].numpy()))
    logits = network(paddle.to_tensor(pixels)).numpy()
    hook.remove()
    outputs = classifier(paddle.to_tensor(pixels)).numpy()
    inputs, given = folders.outputs_of(folder.model / "model.onnx")
    got = [next(iter(folders.run(folder.model / "model.onnx", {next(iter(inputs)): x[None]}).values()))[0] for x in pixels]
    (folder.path / "options.json").write_text(json.dumps(["model.onnx", *OPTIONS, *([] if softmax else layers(given))]))
    folder.say(
        family="paddle",
        **{"class": "MobileNetV2"},
        exporter="paddle2onnx",
        inputs=inputs,
        outputs=given,
        right="values",
        processor="PaddleClas' mean and deviation",
        activation="softmax" if softmax else None,
        features="input of the last linear layer",
        versions=folders.versions("paddlepaddle", "paddle2onnx", "onnx", "onnxruntime", "pillow"),
    )
    folders.compare(folder, "output", got, outputs)
    folder.expect_pixels(pixels[:, None])
    folder.expect("features", caught[0])
    folder.expect("logits", logits)
    folder.expect("outputs", outputs)
    folder.close(began)
    print(
        name,
        folder.about["kilobytes"],
        "KB",
        folder.about["largest difference of onnxruntime from the library"],
        np.ptp(logits, 0).max(),
        inputs,
        given,
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=pathlib.Path)
    args = parser.parse_args()
    make(args.out, True)
    make(args.out, False)


if __name__ == "__main__":
    main()
