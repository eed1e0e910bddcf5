#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Golden file of borders: what the real transforms of timm and open_clip make of generated images that do not fill the input.

Run it with timm, open_clip and Pillow 13; it writes vision/src/test/exports/borders.json. Kept is every n-th value.
"""
import json
import pathlib

import numpy as np
import open_clip
import PIL
import timm
from open_clip.transform import PreprocessCfg, image_transform_v2
from PIL import Image
from preprocess import noise
from timm.data import create_transform, resolve_data_config

IMAGES = [(97, 61), (60, 83), (64, 64), (31, 7), (13, 90)]
TIMM = [
    {"input_size": [3, 32, 32], "crop_pct": 1.0, "crop_mode": "border", "interpolation": "bicubic"},
    {"input_size": [3, 33, 33], "crop_pct": 0.9, "crop_mode": "border", "interpolation": "bilinear",
     "mean": [0.5, 0.5, 0.5], "std": [0.4, 0.5, 0.6]},
    {"input_size": [3, 24, 39], "crop_pct": 0.8, "crop_mode": "border", "interpolation": "bilinear",
     "mean": [0.1, 0.2, 0.9], "std": [1, 1, 1]},
]
OPEN_CLIP = [
    {"size": 32, "resize_mode": "longest"},
    {"size": 33, "resize_mode": "longest", "fill_color": 200, "interpolation": "bilinear", "mean": [0.1, 0.2, 0.9]},
    {"size": [24, 39], "resize_mode": "longest", "fill_color": 7},
    {"size": [24, 39], "resize_mode": "shortest", "interpolation": "bilinear"},
    {"size": [39, 24], "resize_mode": "squash", "interpolation": "bilinear", "fill_color": 90},
]


def of_timm(settings):
    return create_transform(**resolve_data_config({}, pretrained_cfg=settings), is_training=False)


def of_open_clip(settings):
    return image_transform_v2(PreprocessCfg(**settings), is_train=False)


def main():
    cases = []
    for library, made, all_settings in [("timm", of_timm, TIMM), ("open_clip", of_open_clip, OPEN_CLIP)]:
        for number, settings in enumerate(all_settings):
            for width, height in IMAGES:
                image = Image.fromarray(noise(width, height, number, False))
                values = np.asarray(made(settings)(image), dtype=np.float32)
                step = max(1, values.size // 40)
                cases.append({"library": library, "settings": settings, "width": width, "height": height, "seed": number,
                              "shape": list(values.shape), "step": step,
                              "values": [float(f"{v:.5g}") for v in values.reshape(-1)[step // 2::step]]})
    path = pathlib.Path(__file__).parents[2] / "vision/src/test/exports/borders.json"
    lines = ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases)
    oracle = json.dumps({"name": "timm, open_clip", "version": f"{timm.__version__}, {open_clip.__version__}",
                         "variant": f"transforms for evaluation, Pillow {PIL.__version__}"})
    path.write_text(f'{{"oracle": {oracle}, "cases": [\n{lines}\n]}}\n')
    print(path, len(cases), path.stat().st_size)


if __name__ == "__main__":
    main()
