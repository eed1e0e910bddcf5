#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes vision/src/test/images/tall.json: images resized by the Pillow that is followed, and by no other version.

    python3 -m venv v && v/bin/pip install -r tools/images/requirements.txt && v/bin/python tools/images/tall.py

The shapes lie on both sides of the rule by which Pillow 13 resizes columns first. Images are those of golden/preprocess.
"""
import json
import pathlib
import sys

import PIL
from PIL import Image

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools/golden"))
sys.dont_write_bytecode = True
import preprocess  # noqa: E402

VERSION = "13.0.0"
SHAPES = [
    # Twice as many rows as columns are lost, one more, one less; the same with a column more than before.
    (60, 100, 40, 60), (60, 101, 40, 60), (60, 99, 40, 60), (60, 60, 61, 59), (60, 60, 61, 58), (60, 60, 61, 57),
    # One row is lost and no column, or columns are won; rows are won.
    (60, 60, 60, 59), (60, 60, 59, 59), (60, 61, 90, 60), (60, 60, 90, 61), (60, 60, 20, 61), (61, 60, 60, 60),
    # What processors do: a shorter side of 224 or 256, a square, a strip.
    (224, 500, 224, 224), (300, 900, 224, 672), (375, 500, 224, 298), (240, 1000, 224, 224), (100, 800, 224, 224),
    (97, 1500, 48, 48), (1500, 97, 48, 48), (640, 480, 224, 224), (480, 640, 224, 224), (3, 2000, 5, 7),
    (2000, 3, 7, 5), (1, 300, 1, 2), (2, 300, 1, 3), (31, 700, 33, 11),
]


def main():
    if PIL.__version__ != VERSION:
        sys.exit("tall.py: Pillow %s is followed, this is %s" % (VERSION, PIL.__version__))
    cases = []
    for n, (w, h, ow, oh) in enumerate(SHAPES):
        image = Image.fromarray(preprocess.noise(w, h, 9000 + n, n % 2 == 1))
        for name, code in preprocess.FILTERS.items():
            out = image.resize((ow, oh), code)
            cases.append({"width": w, "height": h, "to_width": ow, "to_height": oh, "interpolation": name,
                          "seed": 9000 + n, "binary": n % 2 == 1, "crc32": preprocess.crc(out)})
    preprocess.write(ROOT / "vision/src/test/images/tall.json", "Image.resize of 8-bit RGB", cases)


if __name__ == "__main__":
    main()
