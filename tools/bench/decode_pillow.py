#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Pillow's side of tools/bench/decode.sh and webp.sh.

usage: decode_pillow.py make FOLDER COUNT    writes COUNT JPEGs of 500 x 375 pixels (quality 90, 4:2:0): photographs of
                                             $STRAY_SHARED/data/images/flowers17.zip where it is there, else drawn pictures
       decode_pillow.py webp FOLDER COUNT    the same pictures as lossy WebP (quality 80)
       decode_pillow.py time FOLDER SECONDS  prints images a second of processor time on one thread
"""
import io
import os
import pathlib
import sys
import time
import zipfile

import numpy as np
import PIL
from PIL import Image, ImageOps, features

SIZE = (500, 375)


def drawn(seed):
    rng = np.random.default_rng(seed)
    picture = np.zeros((SIZE[1], SIZE[0], 3))
    for cell in (3, 9, 30, 120):
        small = rng.uniform(0, 255, (SIZE[1] // cell + 2, SIZE[0] // cell + 2, 3)).astype(np.uint8)
        picture += np.asarray(Image.fromarray(small).resize(SIZE, Image.BICUBIC)) / 4
    return Image.fromarray(picture.astype(np.uint8))


def photographs():
    shared = pathlib.Path(os.environ.get("STRAY_SHARED", pathlib.Path(__file__).resolve().parents[3] / "shared"))
    archive = shared / "data/images/flowers17.zip"
    if not archive.exists():
        return
    with zipfile.ZipFile(archive) as opened:
        for name in sorted(opened.namelist()):
            if name.endswith(".jpg"):
                yield ImageOps.fit(Image.open(io.BytesIO(opened.read(name))).convert("RGB"), SIZE, Image.BICUBIC)


def make(folder, count, webp):
    images = list(photographs())
    kind = "photographs of flowers17" if images else "drawn pictures"
    for i in range(count):
        image = images[i % len(images)] if images else drawn(i)
        if webp:
            image.save(folder / ("%04d.webp" % i), quality=80)
        else:
            image.save(folder / ("%04d.jpg" % i), quality=90, subsampling=2)
    size = sum(file.stat().st_size for file in folder.iterdir()) / count / 1000
    named = "lossy WebP files of 500 x 375 (%s), quality 80" if webp else "JPEGs of 500 x 375 (%s), quality 90, 4:2:0"
    print("%d %s, %.0f kB on average" % (count, named % kind, size))


def decode(file):
    return Image.open(io.BytesIO(file)).convert("RGB")


def crop(image):
    w, h = image.size
    w, h = (224, int(224 * h / w)) if w <= h else (int(224 * w / h), 224)
    left, top = int(round((w - 224) / 2.0)), int(round((h - 224) / 2.0))
    return image.resize((w, h), Image.BICUBIC).crop((left, top, left + 224, top + 224))


def exact(image):
    return image.resize((224, 224), Image.BICUBIC)


def rate(images, seconds, step):
    for image in images:
        step(image)
    start, done = time.process_time(), 0
    while True:
        for image in images:
            step(image)
        done += len(images)
        elapsed = time.process_time() - start
        if elapsed >= seconds:
            return done / elapsed


def measure(folder, seconds):
    files = [file.read_bytes() for file in sorted(folder.iterdir())]
    decoded = [decode(file) for file in files]
    print("decode %.0f  shortest+crop %.0f  both %.0f  exact %.0f  both %.0f  [Pillow %s, libjpeg-turbo %s]" % (
        rate(files, seconds, decode), rate(decoded, seconds, crop), rate(files, seconds, lambda f: crop(decode(f))),
        rate(decoded, seconds, exact), rate(files, seconds, lambda f: exact(decode(f))),
        PIL.__version__, features.version_feature("libjpeg_turbo")))


def main():
    if len(sys.argv) != 4 or sys.argv[1] not in ("make", "webp", "time"):
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[2])
    if sys.argv[1] != "time":
        make(folder, int(sys.argv[3]), sys.argv[1] == "webp")
    else:
        measure(folder, float(sys.argv[3]))


if __name__ == "__main__":
    main()
