#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the small images that measures are tested with, and what CleanVision, scikit-image and Pillow say of them.

fixtures.py FOLDER: writes the images and measures.json. Needs requirements.txt. CleanVision sees images of other modes than
RGB and L turned to RGB, upright, as Stray sees them.
"""
import json
import pathlib
import sys
import tempfile

import numpy as np
from cleanvision import Imagelab
from PIL import Image, ImageCms, ImageFilter, ImageOps
from skimage.measure import blur_effect

ISSUES = ["dark", "light", "odd_aspect_ratio", "low_information", "blurry", "odd_size", "grayscale"]
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def rgb(values):
    return Image.fromarray(np.clip(np.round(values), 0, 255).astype(np.uint8))


def pictures():
    rng = np.random.default_rng(20261201)
    y, x = np.mgrid[0:60, 0:90]
    waves = np.stack([127 + 120 * np.sin(x / (3 + c) + y / (5 - c)) for c in range(3)], -1)
    noise = rgb(rng.integers(0, 256, (30, 40, 3)))
    yield "noise.png", noise, {}
    yield "waves.jpg", rgb(waves), {"quality": 85}
    yield "dark.jpg", rgb(waves * .2), {}
    yield "nearly-dark.png", rgb(waves * .31), {}
    yield "light.png", rgb(252 + waves * .01), {}
    yield "plain.png", rgb(np.full((20, 24, 3), [90, 120, 200])), {}
    yield "blurred.png", rgb(waves).filter(ImageFilter.GaussianBlur(6)), {}
    yield "wide.png", rgb(waves[:12]), {}
    yield "tall.png", rgb(waves[:, :20]), {}
    yield "one-pixel.png", rgb(np.full((1, 1, 3), [10, 200, 30])), {}
    yield "two-by-three.png", rgb(rng.integers(0, 256, (3, 2, 3))), {}
    yield "large.jpg", rgb(np.kron(rng.integers(0, 256, (15, 20, 3)), np.ones((20, 20, 1)))), {"quality": 40}
    yield "square-64.png", rgb(rng.integers(0, 256, (64, 64, 3))), {}
    yield "wide-65.png", rgb(rng.integers(0, 256, (40, 65, 3))), {}
    yield "grey.png", rgb(waves).convert("L"), {}
    yield "grey.jpg", rgb(waves).convert("L"), {}
    yield "grey.bmp", rgb(waves[:20, :20]).convert("L"), {}
    yield "grey.gif", rgb(waves[:20, :20]).convert("L"), {}
    yield "grey.tif", rgb(waves[:20, :20]).convert("L"), {}
    yield "grey-alpha.png", rgb(waves).convert("LA"), {}
    yield "black-and-white.png", rgb(waves).convert("1"), {}
    yield "black-and-white.bmp", rgb(waves[:20, :20]).convert("1"), {}
    yield "palette.png", rgb(waves).convert("P", palette=Image.Palette.ADAPTIVE, colors=16), {}
    yield "palette.gif", rgb(waves).convert("P", palette=Image.Palette.ADAPTIVE, colors=16), {}
    yield "palette.bmp", rgb(waves[:20, :20]).convert("P", palette=Image.Palette.ADAPTIVE, colors=16), {}
    yield "profile.jpg", rgb(waves), {"icc_profile": PROFILE}
    yield "profile.png", noise, {"icc_profile": PROFILE}
    yield "profile.tif", noise, {"icc_profile": PROFILE}
    yield "profile.webp", noise, {"icc_profile": PROFILE, "lossless": True}
    yield "plain.webp", noise, {"lossless": True}
    bar = np.zeros((40, 40, 4), np.uint8)
    bar[10:20, 5:35, 3] = 255
    yield "transparent-bar.png", Image.fromarray(bar), {}
    yield "transparent-bar.webp", Image.fromarray(bar), {"lossless": True, "exact": True}
    yield "transparent-bar-lossy.webp", Image.fromarray(bar), {"quality": 80}
    yield "transparent-bar.tif", Image.fromarray(bar), {}
    yield "transparent-bar.gif", Image.fromarray(bar), {}
    yield "transparent-column.png", Image.fromarray(bar.transpose(1, 0, 2).copy()), {}
    yield "transparent-colour.png", noise, {"transparency": tuple(int(v) for v in np.asarray(noise)[3, 4])}
    yield "opaque-alpha.png", noise.convert("RGBA"), {}
    turned = Image.Exif()
    turned[274] = 6
    yield "turned.jpg", rgb(waves), {"exif": turned}


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    measured = {}
    with tempfile.TemporaryDirectory() as seen:
        for name, image, options in pictures():
            image.save(folder / name, **options)
            opened = Image.open(folder / name)
            measured[name] = {"grey": opened.mode == "L", "format": opened.format, "profile": "icc_profile" in opened.info,
                              "orientation": opened.getexif().get(274, 1),
                              "transparent": opened.has_transparency_data}
            upright = ImageOps.exif_transpose(opened)
            upright = upright if upright.mode in ("RGB", "L") else upright.convert("RGB")
            upright.save(pathlib.Path(seen) / (name + ".png"))
            with np.errstate(all="ignore"):
                pixels = np.asarray(upright.convert("RGB"))
                blur = blur_effect(pixels, channel_axis=-1) if min(pixels.shape[:2]) > 3 else 0
            # Of one colour, scikit-image divides rounding errors by one another; larger pictures are reduced first.
            if max(pixels.shape[:2]) <= 256 and np.ptp(pixels.reshape(-1, 3), axis=0).any():
                measured[name]["blur"] = float(np.nan_to_num(blur))
        lab = Imagelab(filepaths=[str(pathlib.Path(seen) / (name + ".png")) for name in measured])
        lab.find_issues({issue: {} for issue in ISSUES}, n_jobs=1, verbose=False)
        for name, own in measured.items():
            row = lab.issues.loc[str(pathlib.Path(seen) / (name + ".png"))]
            own["scores"] = {issue: float(row[issue + "_score"]) for issue in ISSUES}
            own["flagged"] = [issue for issue in ISSUES if row[f"is_{issue}_issue"]]
    (folder / "measures.json").write_text(json.dumps(measured, indent=1) + "\n")


main()
