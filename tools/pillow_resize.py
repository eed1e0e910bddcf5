#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Compares Stray's decoding and resizing with Pillow's, pixel by pixel, and prints the share of equal values and the
largest difference.

usage: tools/pillow_resize.py [--pairs N] [--seed S] [--images FOLDER] [--imageio]

1. N random pairs of sizes from 1 to 4,000 (default 2,000), bicubic and bilinear, of random pixels.
2. The images in the zips of FOLDER (default $STRAY_SHARED/data/images, or ../shared/data/images; skipped where missing):
   decoded by both; then what Pillow decoded, resized by both to a shortest side of 224 and to 336 x 336.

--imageio decodes JPEG with ImageIO instead of libjpeg-turbo. Exits 1 if any resized value differs by more than 1, or more than 0.1 %
of them differ. An older Pillow resizes in Pillow 13's order here, one pass after the other.
"""
import argparse
import io
import os
import pathlib
import struct
import subprocess
import sys
import zipfile

import numpy as np
import PIL
from PIL import Image, ImageOps

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools/golden"))
sys.dont_write_bytecode = True
from preprocess import by_pillow_13  # noqa: E402

FILTERS = {"bilinear": Image.BILINEAR, "bicubic": Image.BICUBIC}
MOST_PIXELS = 6_000_000


class Stray:
    """The Java process at the other end of two pipes."""

    def __init__(self, imageio):
        command = [ROOT / "tools/bench/java.sh", "-Xmx2g", *(["-Dstray.jpeg=imageio"] if imageio else []),
                   "io.github.stray.vision.preprocess.ResizePairs"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def send(self, *parts):
        for part in parts:
            self.process.stdin.write(part if isinstance(part, bytes) else struct.pack(">i", part))
        self.process.stdin.flush()

    def receive(self, count):
        data = self.process.stdout.read(count)
        if len(data) != count:
            sys.exit("the Java side ended early")
        return data

    def decode(self, file):
        self.send(0, len(file), file)
        width, height = struct.unpack(">ii", self.receive(8))
        return np.frombuffer(self.receive(3 * width * height), np.uint8).reshape(height, width, 3)

    def resize(self, array, width, height, name):
        self.send(1, array.shape[1], array.shape[0], np.ascontiguousarray(array).tobytes(), width, height,
                  struct.pack(">H", len(name)) + name.encode())
        return np.frombuffer(self.receive(3 * width * height), np.uint8).reshape(height, width, 3)

    def end(self):
        self.send(2)
        self.process.wait()


class Tally:
    """Counts values that agree."""

    def __init__(self, title):
        self.title, self.images, self.values, self.equal, self.largest = title, 0, 0, 0, 0

    def add(self, ours, theirs):
        difference = np.abs(ours.astype(np.int16) - theirs.astype(np.int16))
        self.images += 1
        self.values += difference.size
        self.equal += int((difference == 0).sum())
        self.largest = max(self.largest, int(difference.max()))

    def good(self):
        return self.largest <= 1 and self.equal >= 0.999 * self.values

    def __str__(self):
        return "%-44s %6d images %12d values  %9.5f %% equal, largest difference %d" % (
            self.title, self.images, self.values, 100 * self.equal / max(1, self.values), self.largest)


def pairs(stray, count, seed):
    rng = np.random.default_rng(seed)

    def size():
        while True:
            w, h = (int(v) for v in np.exp(rng.uniform(0, np.log(4000.99), 2)))
            if w * h <= MOST_PIXELS:
                return w, h

    tallies = {name: Tally("random pairs, " + name) for name in FILTERS}
    for n in range(count):
        (w, h), (ow, oh) = size(), size()
        name = list(FILTERS)[n % 2]
        array = rng.integers(0, 256, (h, w, 3), dtype=np.uint8)
        if n % 3 == 0:
            array = np.where(array >= 128, 255, 0).astype(np.uint8)
        theirs = np.asarray(by_pillow_13(Image.fromarray(array), (ow, oh), FILTERS[name]))
        tallies[name].add(stray.resize(array, ow, oh, name), theirs)
    return list(tallies.values())


def real_images(folder):
    for archive in sorted(folder.glob("*.zip")):
        with zipfile.ZipFile(archive) as opened:
            for name in opened.namelist():
                if name.lower().endswith((".jpg", ".jpeg", ".png")):
                    yield opened.read(name)


def real(stray, folder):
    decoded = {}
    resized = {name: Tally("real images resized, " + name) for name in FILTERS}
    for file in real_images(folder):
        image = Image.open(io.BytesIO(file))
        kind = "real images decoded, %s %s" % (image.format, image.mode)
        theirs = np.asarray(ImageOps.exif_transpose(image).convert("RGB"))
        decoded.setdefault(kind, Tally(kind)).add(stray.decode(file), theirs)
        h, w, _ = theirs.shape
        short = (224, int(224 * h / w)) if w <= h else (int(224 * w / h), 224)
        for name in FILTERS:
            for ow, oh in (short, (336, 336)):
                expected = np.asarray(by_pillow_13(Image.fromarray(theirs), (ow, oh), FILTERS[name]))
                resized[name].add(stray.resize(theirs, ow, oh, name), expected)
    return list(decoded.values()), list(resized.values())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--images", type=pathlib.Path,
                        default=pathlib.Path(os.environ.get("STRAY_SHARED", ROOT.parent / "shared")) / "data/images")
    parser.add_argument("--imageio", action="store_true")
    options = parser.parse_args()
    print("Pillow %s" % PIL.__version__)
    stray = Stray(options.imageio)
    resized = pairs(stray, options.pairs, options.seed)
    decoded = []
    if options.images.is_dir():
        decoded, more = real(stray, options.images)
        resized += more
    else:
        print("no real images: %s is missing" % options.images)
    stray.end()
    for tally in resized + decoded:
        print(tally)
    sys.exit(0 if all(tally.good() for tally in resized) else 1)


if __name__ == "__main__":
    main()
