#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Golden files of the preprocessing, made with Pillow: bytes of resized images and values of input tensors.

Images are not stored. Byte i of the image with seed s is h(i, s) >> 24, see `noise`; `binary` keeps only its top bit,
which drives the sums out of 0..255 and so tests the clipping.

The order of the two passes is that of Pillow 13, whichever Pillow runs this, see `by_pillow_13`.
"""
import argparse
import hashlib
import json
import pathlib
import zlib

import numpy as np
import PIL
from PIL import Image

FILTERS = {
    "nearest": Image.NEAREST,
    "box": Image.BOX,
    "bilinear": Image.BILINEAR,
    "bicubic": Image.BICUBIC,
    "lanczos": Image.LANCZOS,
}


def noise(width, height, seed, binary):
    i = np.arange(3 * width * height, dtype=np.uint32)
    h = (i + np.uint32(seed * 7919)) * np.uint32(0x9E3779B1)
    h ^= h >> np.uint32(15)
    h *= np.uint32(0x85EBCA77)
    h ^= h >> np.uint32(13)
    b = (h >> np.uint32(24)).astype(np.uint8)
    if binary:
        b = np.where(b >= 128, 255, 0).astype(np.uint8)
    return b.reshape(height, width, 3)


def by_pillow_13(image, size, code):
    """What Pillow 13 makes. Up to Pillow 12 rows always come first; a pass by itself is the same in all of them."""
    rows_lost = image.height - size[1]
    if code != Image.NEAREST and rows_lost > 0 and rows_lost > 2 * (image.width - size[0]):
        image = image.resize((image.width, size[1]), code)
    return image.resize(size, code)


def crc(array):
    return zlib.crc32(np.ascontiguousarray(array).tobytes())


def resize_cases():
    rng = np.random.default_rng(20260101)
    sizes = [(1, 1, 1, 1), (1, 1, 7, 5), (7, 5, 1, 1), (2, 3, 3, 2), (32, 32, 48, 48), (32, 32, 224, 224),
             (64, 64, 48, 48), (500, 375, 341, 256), (375, 500, 256, 341), (400, 1, 3, 1), (1, 400, 1, 399),
             (33, 17, 33, 40), (33, 17, 12, 17), (400, 400, 399, 399), (399, 399, 400, 400), (3, 3, 400, 400)]
    for _ in range(60):
        sizes.append(tuple(int(v) for v in np.exp(rng.uniform(0, np.log(400.99), 4))))
    cases = []
    for n, (w, h, ow, oh) in enumerate(sizes):
        image = noise(w, h, n, n % 2 == 1)
        for name, code in FILTERS.items():
            out = np.asarray(by_pillow_13(Image.fromarray(image), (ow, oh), code))
            case = {"width": w, "height": h, "to_width": ow, "to_height": oh, "interpolation": name, "seed": n,
                    "binary": n % 2 == 1, "crc32": crc(out)}
            if out.size <= 24:
                case["bytes"] = out.reshape(-1).tolist()
            cases.append(case)
    return cases


def shortest(image, size, code):
    """torchvision's Resize(int): the longer side is int(size * long / short)."""
    w, h = image.size
    ow, oh = (size, int(size * h / w)) if w <= h else (int(size * w / h), size)
    return by_pillow_13(image, (ow, oh), code)


def center(array, width, height):
    """torchvision's CenterCrop: zero padding, odd pixel right and below; offset int(round(rest / 2.0))."""
    h, w, _ = array.shape
    if width > w or height > h:
        left, right = ((width - w) // 2, (width - w + 1) // 2) if width > w else (0, 0)
        top, bottom = ((height - h) // 2, (height - h + 1) // 2) if height > h else (0, 0)
        array = np.pad(array, ((top, bottom), (left, right), (0, 0)))
        h, w, _ = array.shape
    top, left = int(round((h - height) / 2.0)), int(round((w - width) / 2.0))
    return array[top:top + height, left:left + width]


def tensor_cases():
    rules = [
        ("shortest:48", "center:48", "bilinear", (48, 48), [.4802, .4481, .3975], [.2770, .2691, .2821], "RGB"),
        ("shortest:256", "center:224", "bilinear", (224, 224), [.485, .456, .406], [.229, .224, .225], "RGB"),
        ("shortest:224", "center:224", "bicubic", (224, 224),
         [.48145466, .4578275, .40821073], [.26862954, .26130258, .27577711], "RGB"),
        ("shortest:37", "center:50", "lanczos", (50, 50), [.5, .5, .5], [.5, .5, .5], "RGB"),
        ("exact:33x21", "none", "bicubic", (33, 21), [.485, .456, .406], [.229, .224, .225], "BGR"),
        ("none", "center:31x20", "nearest", (31, 20), [0., 0., 0.], [1., 1., 1.], "RGB"),
    ]
    sizes = [(64, 64), (500, 375), (375, 500), (51, 50), (50, 53), (31, 400), (17, 1), (299, 300)]
    cases = []
    for resize, crop, name, (w, h), mean, std, order in rules:
        for n, (iw, ih) in enumerate(sizes):
            image = Image.fromarray(noise(iw, ih, 1000 + n, False))
            if resize.startswith("shortest"):
                image = shortest(image, int(resize.split(":")[1]), FILTERS[name])
            elif resize != "none":
                image = by_pillow_13(image, (w, h), FILTERS[name])
            pixels = np.asarray(image)
            if crop != "none":
                pixels = center(pixels, w, h)
            x = (pixels.astype(np.float32) / np.float32(255) - np.float32(mean)) / np.float32(std)
            if order == "BGR":
                x = (pixels[:, :, ::-1].astype(np.float32) / np.float32(255) - np.float32(mean)) / np.float32(std)
            chw = x.transpose(2, 0, 1).reshape(-1)
            at = np.linspace(0, chw.size - 1, 12).astype(int)
            cases.append({"resize": resize, "crop": crop, "interpolation": name, "width": w, "height": h,
                          "mean": mean, "std": std, "channels": order, "image_width": iw, "image_height": ih,
                          "seed": 1000 + n, "resized_crc32": crc(pixels), "at": at.tolist(),
                          "values": [round(float(v), 8) for v in chw[at]],
                          "sum": float(chw.astype(np.float64).sum())})
    return cases


def pair_cases():
    """Hashes of 300 images between sizes of 1 to 4,000; small ones are likelier. Half keep their proportions and a crop."""
    rng = np.random.default_rng(20260202)
    most = 3_000_000

    def size():
        while True:
            w, h = (int(v) for v in np.exp(rng.uniform(0, np.log(4000.99), 2)))
            if w * h <= most:
                return w, h

    cases = []
    for n in range(300):
        name = ("bicubic", "bilinear")[n // 2 % 2]
        (w, h), (ow, oh) = size(), size()
        resize, crop = "exact:%dx%d" % (ow, oh), "none"
        image = Image.fromarray(noise(w, h, 5000 + n, n % 3 == 0))
        if n % 2 == 0:
            array = np.asarray(by_pillow_13(image, (ow, oh), FILTERS[name]))
        else:
            short = min(ow, oh)
            while short * short * max(w, h) / min(w, h) > most:
                short = (short + 1) // 2
            ow = oh = max(1, short - int(rng.integers(0, 1 + short // 3)))
            resize, crop = "shortest:%d" % short, "center:%dx%d" % (ow, oh)
            array = center(np.asarray(shortest(image, short, FILTERS[name])), ow, oh)
        cases.append({"image_width": w, "image_height": h, "seed": 5000 + n, "binary": n % 3 == 0, "resize": resize,
                      "crop": crop, "interpolation": name, "width": ow, "height": oh,
                      "sha256": hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()})
    return cases


def write(path, variant, cases):
    head = {"oracle": {"name": "Pillow", "version": PIL.__version__, "variant": variant}}
    lines = ",\n".join(json.dumps(case) for case in cases)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(head)[:-1] + ', "cases": [\n' + lines + "\n]}\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path(__file__).parents[2] / "golden")
    out = parser.parse_args().out / "preprocess"
    write(out / "resize.json", "Image.resize of 8-bit RGB, in Pillow 13's order", resize_cases())
    write(out / "pairs.json", "Image.resize in Pillow 13's order; torchvision's size and crop", pair_cases())
    write(out / "tensor.json",
          "Image.resize in Pillow 13's order; torchvision's size, crop and padding rules; float32 NumPy", tensor_cases())


if __name__ == "__main__":
    main()
