#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares Stray's measures of 500 real images with CleanVision's own, image by image, and its blur with scikit-image's.

    tools/measures/compare.py WORK_FOLDER

Images come from the test data (STRAY_SHARED, default ../shared). Needs requirements.txt, and Stray built. STRAY_JAVA: the Java to
run. Images that Pillow opens in other modes than RGB and L are passed over and counted: Stray turns them to RGB first. Exits 1 if
a score differs by more than 1e-6, or an issue is flagged by one of the two only.
"""
import glob
import json
import os
import pathlib
import random
import subprocess
import sys
import zipfile

from cleanvision import Imagelab
from PIL import Image
from skimage.measure import blur_effect
import numpy as np

ISSUES = ["dark", "light", "odd_aspect_ratio", "low_information", "blurry", "odd_size", "grayscale"]
TOLERANCE = 1e-6
BLUR_SIDE = 256
ROOT = pathlib.Path(__file__).resolve().parents[2]
SHARED = pathlib.Path(os.environ.get("STRAY_SHARED", ROOT.parent / "shared")).resolve()
SETS = {"intel-scenes": 80, "imagenette-val224": 80, "mnist-test": 60, "magnetic-tile": 60, "flowers17": 60, "grocery-test": 50,
        "bccd": 20, "sun-scenes": 40, "dtd10": 30, "svhn-samples": 20}


def choose(folder):
    """Writes 500 images, chosen by a seed."""
    folder.mkdir(parents=True, exist_ok=True)
    dice = random.Random(1)
    for name, count in SETS.items():
        with zipfile.ZipFile(SHARED / "data" / "images" / f"{name}.zip") as z:
            images = sorted(n for n in z.namelist() if n.lower().endswith((".jpg", ".jpeg", ".png")))
            for image in dice.sample(images, count):
                (folder / f"{name}-{image.replace('/', '-')}").write_bytes(z.read(image))


def measured(folder):
    """What Stray measures of a folder."""
    jars = ":".join(glob.glob(str(ROOT / "cli/target/dist/stray/lib/*.jar")))
    return json.loads(subprocess.run(
        [os.environ.get("STRAY_JAVA", "java"), "--add-modules", "jdk.incubator.vector", "-cp", jars,
         str(ROOT / "tools/measures/Measures.java"), str(folder)], check=True, stdout=subprocess.PIPE).stdout)


def blur(path):
    """scikit-image's blur effect of the picture reduced as Stray reduces it, where it is no larger than that already."""
    image = Image.open(path).convert("RGB")
    if max(image.size) > BLUR_SIDE:
        size = [max(1, int(np.floor(np.float32(side) * BLUR_SIDE / max(image.size) + np.float32(0.5)))) for side in image.size]
        image = image.resize(size, Image.Resampling.BILINEAR)
    return float(np.nan_to_num(blur_effect(np.asarray(image), channel_axis=-1)))


def main():
    folder = pathlib.Path(sys.argv[1]).resolve() / "images"
    choose(folder)
    ours = measured(folder)
    files = sorted(str(folder / name) for name in ours["images"])
    lab = Imagelab(filepaths=files)
    lab.find_issues({issue: {} for issue in ISSUES}, n_jobs=1, verbose=False)
    compared, other, wrong, largest, largest_blur = 0, 0, [], 0.0, 0.0
    for name, own in ours["images"].items():
        path = str(folder / name)
        mode = Image.open(path).mode
        if mode not in ("RGB", "L"):
            other += 1
            continue
        compared += 1
        theirs = lab.issues.loc[path]
        for issue in ISSUES:
            difference = abs(own["scores"][issue] - float(theirs[issue + "_score"]))
            largest = max(largest, difference)
            flagged = issue in own["flagged"]
            if not difference <= TOLERANCE or flagged != bool(theirs[f"is_{issue}_issue"]):
                wrong.append(f"{name}: {issue} is {own['scores'][issue]}, CleanVision says {theirs[issue + '_score']}")
        largest_blur = max(largest_blur, abs(own["blur"] - blur(path)))
    print(f"{compared} images compared, {other} of other modes passed over; largest difference {largest:.2g}")
    print(f"blur effect against scikit-image: largest difference {largest_blur:.2g}")
    print("\n".join(wrong[:40]))
    if wrong or largest_blur > TOLERANCE or compared == 0:
        sys.exit(1)


main()
