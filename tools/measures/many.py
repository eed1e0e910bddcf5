#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes many small images: windows of real ones (STRAY_SHARED, default ../shared), mixed, mirrored and tinted by a seed.

    tools/measures/many.py FOLDER COUNT

Needs requirements.txt. 1,000 images a folder, 96 x 96 pixels, JPEG.
"""
import io
import os
import pathlib
import sys
import zipfile

import numpy as np
from PIL import Image

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHARED = pathlib.Path(os.environ.get("STRAY_SHARED", ROOT.parent / "shared")).resolve()
SETS = ["intel-scenes", "imagenette-val224", "sun-scenes", "flowers17", "grocery-test"]
SIDE = 96


def sources():
    for name in SETS:
        with zipfile.ZipFile(SHARED / "data" / "images" / f"{name}.zip") as z:
            for image in sorted(n for n in z.namelist() if n.lower().endswith((".jpg", ".jpeg", ".png"))):
                yield np.asarray(Image.open(io.BytesIO(z.read(image))).convert("RGB").resize((128, 128)))


def window(rng, images):
    image = images[rng.integers(len(images))]
    x, y = rng.integers(0, 128 - SIDE, 2)
    return image[y:y + SIDE, x:x + SIDE].astype(np.float32)


def main():
    folder, count = pathlib.Path(sys.argv[1]), int(sys.argv[2])
    images, rng = list(sources()), np.random.default_rng(7)
    for i in range(count):
        (folder / f"{i // 1000:04d}").mkdir(parents=True, exist_ok=True)
        mixed = window(rng, images)
        if rng.random() < .5:
            mixed = mixed[:, ::-1]
        weight = rng.random() * .6
        mixed = mixed * (1 - weight) + weight * window(rng, images)
        mixed = (mixed * rng.uniform(.7, 1.3, 3) + rng.uniform(-25, 25)).clip(0, 255).astype(np.uint8)
        Image.fromarray(np.ascontiguousarray(mixed)).save(folder / f"{i // 1000:04d}" / f"{i:07d}.jpg", quality=85)


main()
