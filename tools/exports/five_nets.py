#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Image processors as transformers 5 writes and reads them. To be run with the Python of requirements-transformers5.txt.

usage: five_nets.py OUT

A name without Fast is torchvision's processor there, so pixels are right within two grey levels of a slow processor's. The file of a
pair's processor nests the settings in processor_config.json.
"""

import argparse
import json
import os
import pathlib
import time

os.environ["HF_HUB_OFFLINE"] = "1"

import numpy as np
import torch
import transformers

import folder as folders
import pictures
from eyes import export
from levels import levels_of, write_levels
from table import IMAGENET, NAMES, shortest, square

PROCESSORS = {
    "clip": ("clip", "CLIPImageProcessor", dict(size=shortest(64), crop_size=square(64))),
    "bit": (
        "dinov2",
        "BitImageProcessor",
        dict(size=shortest(72), crop_size=square(64), image_mean=IMAGENET[0], image_std=IMAGENET[1]),
    ),
    "vit": ("vit", "ViTImageProcessor", dict(size=square(64))),
    "siglip": ("siglip", "SiglipImageProcessor", dict(size=square(64))),
    "convnext": ("convnext", "ConvNextImageProcessor", dict(size=shortest(77))),
    "efficientnet": ("efficientnet", "EfficientNetImageProcessor", dict(size=square(64))),
    "levit": ("levit", "LevitImageProcessor", dict(size=shortest(64), crop_size=square(64))),
    "poolformer": ("poolformer", "PoolFormerImageProcessor", dict(size=shortest(64), crop_size=square(64))),
    "mobilevit": ("mobilevit", "MobileViTImageProcessor", dict(size=shortest(72), crop_size=square(64))),
    "pvt": ("pvt", "PvtImageProcessor", dict(size=square(64))),
    "beit": ("beit", "BeitImageProcessor", dict(size=square(64))),
    "dinov3": ("dinov3_vit", "DINOv3ViTImageProcessor", dict(size=square(64))),
}
NESTED = ("clip", "siglip")


def make(name, nested, out, drawn):
    began = time.time()
    kind, processor_name, settings = PROCESSORS[name]
    folder = folders.Folder(out, f"five-{name}{'-nested' if nested else ''}", drawn)
    network = export(folder.model / "model.onnx", len(name))
    getattr(transformers, processor_name)(**settings).save_pretrained(folder.model)
    (folder.model / "config.json").write_text(
        json.dumps(dict(model_type=kind, transformers_version=transformers.__version__, id2label=dict(enumerate(NAMES))), indent=2)
    )
    processor = transformers.AutoImageProcessor.from_pretrained(folder.model)
    if nested:
        file = folder.model / "preprocessor_config.json"
        (folder.model / "processor_config.json").write_text(json.dumps({"image_processor": json.loads(file.read_text())}, indent=2))
        file.unlink()
    inputs = [processor(p, return_tensors="pt")["pixel_values"] for p in drawn.values()]
    with torch.no_grad():
        features = np.stack([network.features(x)[0].numpy() for x in inputs])
        logits = np.stack([network(x)[0].numpy() for x in inputs])
    got = [folders.run(folder.model / "model.onnx", {"pixel_values": x.numpy()})["logits"][0] for x in inputs]
    folders.compare(folder, "logits", got, logits)
    folder.say(
        family="processor of transformers 5",
        exporter="torch",
        processor=processor_name,
        right="values",
        features="input of the last linear layer",
        names=NAMES,
        **{"class of the library": type(processor).__name__},
        versions=folders.versions("transformers", "torch", "torchvision", "pillow", "onnxruntime"),
    )
    write_levels(folder, [levels_of(processor, x)[0] for x in inputs])
    folder.expect_pixels(inputs)
    folder.expect("features", features)
    folder.expect("logits", logits)
    folder.close(began)
    print(folder.about["folder"], folder.about["class of the library"], folder.about["kilobytes"], "KB", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=pathlib.Path)
    args = parser.parse_args()
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    pictures.write(args.out / "images")
    drawn = pictures.read(args.out / "images")
    for name in PROCESSORS:
        make(name, False, args.out, drawn)
    for name in NESTED:
        make(name, True, args.out, drawn)


if __name__ == "__main__":
    main()
