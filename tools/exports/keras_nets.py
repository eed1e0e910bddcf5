#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Classifiers of Keras, exported by tf2onnx. To be run with the Python of requirements-keras.txt.

usage: keras_nets.py OUT [--only REGEX]

Nothing in such a file says how pixels are prepared, so options.json holds what a user adds. The pictures have the network's size.
"""

import argparse
import json
import os
import pathlib
import re
import time

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", TF_ENABLE_ONEDNN_OPTS="0", TF_NUM_INTRAOP_THREADS="1", TF_NUM_INTEROP_THREADS="1")

import numpy as np
import tensorflow as tf
import tf2onnx
from tensorflow import keras

import folder as folders
import pictures

SIDE, CLASSES = 64, 10
# name: (mode of the preprocessing, last activation, other)
NETWORKS = {
    "keras-tf": ("tf", "softmax", "mobilenet"),
    "keras-caffe": ("caffe", "softmax", ""),
    "keras-torch": ("torch", "softmax", ""),
    "keras-sigmoid": ("tf", "sigmoid", ""),
    "keras-logits": ("torch", None, ""),
    "keras-rescaling": ("none", "softmax", "rescaling"),
    "keras-channels-first": ("torch", "softmax", "nchw"),
}
# of a network that takes levels
LEVELS = ["--input-size", str(SIDE), "--resize", f"exact:{SIDE}x{SIDE}", "--crop", "none", "--interpolation", "nearest",
          "--scale", "1", "--mean", "0,0,0", "--std", "1,1,1"]


def network_of(activation, other):
    keras.utils.set_random_seed(7)
    if other == "mobilenet":
        network = keras.applications.MobileNetV2(
            input_shape=(SIDE, SIDE, 3), alpha=0.1, weights=None, classes=CLASSES, classifier_activation=activation
        )
    else:
        image = x = keras.Input((SIDE, SIDE, 3), name="input_1")
        if other == "rescaling":
            x = keras.layers.Rescaling(1 / 127.5, offset=-1)(x)
        for width in (12, 16, 24):
            x = keras.layers.Conv2D(width, 3, 2, padding="same")(x)
            x = keras.layers.BatchNormalization()(x)
            x = keras.layers.ReLU(6.0)(x)
        x = keras.layers.GlobalAveragePooling2D(name="avg_pool")(x)
        x = keras.layers.Dropout(0.2)(x)
        network = keras.Model(image, keras.layers.Dense(CLASSES, activation=activation, name="predictions")(x))
    random = np.random.default_rng(5)
    for layer in network.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            gamma, beta, mean, variance = layer.get_weights()
            layer.set_weights(
                [
                    random.uniform(0.6, 1.3, gamma.shape),
                    random.normal(0, 0.2, beta.shape),
                    random.normal(0, 0.1, mean.shape),
                    random.uniform(0.05, 0.2, variance.shape),
                ]
            )
        elif layer.get_weights():
            layer.set_weights(
                [
                    random.normal(0, 1.2 / np.sqrt(np.prod(w.shape[:-1])) if w.ndim > 1 else 0.1, w.shape)
                    for w in layer.get_weights()
                ]
            )
    return settle(network) if other == "mobilenet" else network


def settle(network):
    """Sets the running statistics to those of a batch, so that rounding does not grow from layer to layer."""
    for layer in network.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.momentum = 0
    network(np.random.default_rng(3).normal(0, 0.5, (32, SIDE, SIDE, 3)).astype(np.float32), training=True)
    return network


def prepared(levels, mode):
    """Keras' own preprocess_input in one of its modes, on [n, h, w, 3] of levels."""
    levels = levels.astype(np.float32)
    return levels if mode == "none" else keras.applications.imagenet_utils.preprocess_input(levels.copy(), mode=mode)


def make(name, out):
    began = time.time()
    mode, activation, other = NETWORKS[name]
    folder = folders.Folder(out, name, [])
    drawn = pictures.exact(folder.path / "images", SIDE, SIDE)
    folder.pictures = drawn
    network = network_of(activation, other)
    signature = [tf.TensorSpec((None, SIDE, SIDE, 3), tf.float32, name="input_1")]
    tf2onnx.convert.from_keras(
        network,
        input_signature=signature,
        opset=17,
        output_path=str(folder.model / "model.onnx"),
        **({"inputs_as_nchw": ["input_1"]} if other == "nchw" else {}),
    )
    pixels = prepared(np.stack([np.array(p) for p in drawn.values()]), mode)
    last = network.layers[-1]
    hidden = keras.Model(network.input, last.input)(pixels).numpy()
    logits = hidden @ last.get_weights()[0] + last.get_weights()[1]
    outputs = network(pixels).numpy()
    feed = pixels.transpose(0, 3, 1, 2) if other == "nchw" else pixels
    inputs, given = folders.outputs_of(folder.model / "model.onnx")
    got = [next(iter(folders.run(folder.model / "model.onnx", {next(iter(inputs)): x[None]}).values()))[0] for x in feed]
    options = LEVELS if mode == "none" else ["--preset", f"keras:{mode}"]
    (folder.path / "options.json").write_text(json.dumps(["model.onnx", *options]))
    folder.say(
        family="keras",
        **{"class": "MobileNetV2" if other == "mobilenet" else "Functional"},
        exporter="tf2onnx",
        inputs=inputs,
        outputs=given,
        processor=f"keras, mode {mode}",
        right="values",
        activation=activation,
        features="input of the last linear layer",
        note="pixels are fed as levels, the network rescales them itself" if mode == "none" else "",
        versions=folders.versions("tensorflow-cpu", "keras", "tf2onnx", "onnx", "onnxruntime", "pillow"),
    )
    folders.compare(folder, "output", got, outputs)
    folder.expect_pixels(pixels.transpose(0, 3, 1, 2)[:, None])
    folder.expect("features", hidden.astype(np.float32))
    folder.expect("logits", logits.astype(np.float32))
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
    parser.add_argument("--only", default="")
    args = parser.parse_args()
    for name in NETWORKS:
        if re.search(args.only, name):
            make(name, args.out)


if __name__ == "__main__":
    main()
