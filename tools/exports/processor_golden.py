#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Golden files of Hugging Face's image processors: what the real classes make of a generated image.

Run it with transformers 4.57 (torch, torchvision, Pillow) and with 5.x: each writes vision/src/test/exports/processors-MAJOR.json.
Every class of the table in `Processors` meets the same settings. Kept are the size and every n-th value. `varies`: images
of other proportions come out in another size. `by`: the class whose values they are; where the slow one fails, that is the
one of torchvision; where both fail, there is no case.
"""
import json
import pathlib

import numpy as np
import torch
import transformers
from PIL import Image
from preprocess import noise

CLASSES = ["CLIP", "Bit", "ViTHybrid", "ChineseCLIP", "Siglip", "Blip", "ViT", "DeiT", "Beit", "DINOv3ViT", "ConvNext",
           "Levit", "PoolFormer", "EfficientNet", "EfficientFormer", "MobileNetV1", "MobileNetV2", "MobileViT", "Pvt",
           "Segformer", "TextNet"]
COMMON = [
    {},
    {"size": {"shortest_edge": 23}, "crop_size": {"height": 18, "width": 15}, "do_center_crop": True, "resample": 2},
    {"size": 20, "crop_size": 17, "image_mean": [0.1, 0.2, 0.3], "image_std": [0.9, 0.8, 0.7], "resample": 3},
    {"size": {"height": 21, "width": 15}, "crop_size": 12, "do_center_crop": False, "resample": 0},
    {"size": {"height": 20, "width": 20}, "crop_size": 12, "resample": 0},
    {"size": {"shortest_edge": 13}, "crop_size": 18, "resample": 3},
    {"size": {"height": 13, "width": 14}, "crop_size": 18, "do_center_crop": True, "resample": 2},
    {"size": {"height": 19, "width": 23}, "do_center_crop": None, "do_normalize": False, "rescale_factor": 0.5},
    {"size": {"height": 19, "width": 19}, "crop_size": 16, "do_rescale": False},
    {"do_resize": False, "do_center_crop": True, "crop_size": {"height": 40, "width": 30}},
    {"size": {"height": 18, "width": 18}, "crop_size": 18, "do_normalize": None, "do_rescale": None},
]
SQUARE = {"size": {"shortest_edge": 23}, "crop_size": {"height": 18, "width": 15}, "use_square_size": True, "resample": 2}
OWN = {
    "CLIP": [SQUARE, SQUARE | {"size": 30}, SQUARE | {"use_square_size": False}],
    "ConvNext": [{"size": {"shortest_edge": 17}, "crop_pct": 0.8, "resample": 3}, {"size": 16, "crop_pct": None},
                 {"size": {"shortest_edge": 384}, "resample": 2}, {"size": {"shortest_edge": 18}, "crop_pct": 0.7}],
    "PoolFormer": [{"size": 17, "crop_pct": 0.8, "crop_size": 15}, {"size": 17, "crop_pct": None, "crop_size": 15},
                   {"size": {"height": 17, "width": 20}, "crop_pct": 0.8, "crop_size": 15}],
    "EfficientNet": [{"size": 16, "include_top": False, "resample": 2}, {"size": 16, "rescale_offset": True,
                     "rescale_factor": 1 / 127.5, "image_std": [0.9, 0.8, 0.7], "resample": 2},
                     {"size": 16, "do_normalize": False, "image_std": [0.9, 0.8, 0.7], "resample": 2}],
    "MobileViT": [{"size": {"shortest_edge": 20}, "crop_size": 16, "do_flip_channel_order": False, "do_normalize": True}],
    "TextNet": [{"size": {"shortest_edge": 20}, "size_divisor": 8, "do_center_crop": True, "crop_size": 20},
                {"size": {"height": 20, "width": 22}, "size_divisor": 8}],
}


def values(name, settings, image):
    processor = getattr(transformers, name).from_dict(dict(settings))
    return np.asarray(processor(Image.fromarray(image), return_tensors="pt")["pixel_values"][0], dtype=np.float32)


def case(names, settings, number):
    width, height = [(97, 61), (60, 83)][number % 2]
    for name in names:
        try:
            made = values(name, settings, noise(width, height, number, False))
            varies = values(name, settings, noise(30, 200, number, False)).shape != made.shape
            break
        except Exception:
            continue
    else:
        return None
    result = {"class": names[0], "settings": settings, "width": width, "height": height, "seed": number, "by": name}
    if varies:
        return result | {"varies": True}
    step = max(1, made.size // 18)
    return result | {"shape": list(made.shape), "step": step,
                     "values": [float(f"{v:.5g}") for v in made.reshape(-1)[step // 2::step]]}


def main():
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    major = transformers.__version__.split(".")[0]
    cases = []
    for stem in CLASSES:
        for suffix in ["", "Fast"] if major == "4" else [""]:
            name = stem + "ImageProcessor" + suffix
            names = [n for n in dict.fromkeys([name, stem + "ImageProcessorFast"]) if n in dir(transformers)]
            for number, settings in enumerate(COMMON + OWN.get(stem, [])):
                twice = stem == "ConvNext" and settings.get("do_center_crop") and (suffix or major != "4")
                made = None if twice else case(names, settings, number)
                if made:
                    cases.append(made | {"class": name})
    path = pathlib.Path(__file__).parents[2] / "vision/src/test/exports" / f"processors-{major}.json"
    lines = ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases)
    oracle = json.dumps({"name": "transformers", "version": transformers.__version__,
                         "variant": "image processors on generated images"})
    path.write_text(f'{{"oracle": {oracle}, "cases": [\n{lines}\n]}}\n')
    print(path, len(cases), path.stat().st_size)


if __name__ == "__main__":
    main()
