# SPDX-License-Identifier: Apache-2.0
"""Draws the pictures that all networks are compared on: odd sizes, a tall one, a grey one, a small one, one JPEG."""

import pathlib

import numpy as np
from PIL import Image

SIZES = {
    "grey.png": (90, 75),
    "odd.png": (131, 97),
    "small.png": (23, 19),
    "square.png": (112, 112),
    "tall.png": (61, 203),
    "wide.jpg": (211, 88),
}


def draw(width, height, seed):
    """Gradients, waves, a disc, a bar and noise: [height, width, 3] of uint8."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width]
    waves = [127 + 90 * np.sin(x / a + y / b + c) for a, b, c in random.uniform(2, 17, (3, 3))]
    pixels = np.stack(waves, -1) * 0.6 + np.stack([x * 255 / width, y * 255 / height, 255 - x * 255 / width], -1) * 0.4
    disc = (x - width * 0.6) ** 2 + (y - height * 0.4) ** 2 < (min(width, height) * 0.25) ** 2
    pixels[disc] = random.integers(0, 256, 3)
    pixels[height // 5 : height // 4] = random.integers(0, 256, 3)
    return np.clip(pixels + random.integers(-25, 26, pixels.shape), 0, 255).astype(np.uint8)


def write(folder):
    """Writes the pictures into the folder, where they are not there yet."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for seed, (name, (width, height)) in enumerate(SIZES.items()):
        if (folder / name).exists():
            continue
        picture = Image.fromarray(draw(width, height, seed))
        if name.startswith("grey"):
            picture = picture.convert("L")
        picture.save(folder / name, **({"quality": 92, "subsampling": 0} if name.endswith(".jpg") else {}))


def read(folder):
    """The pictures as RGB, in order of name."""
    return {name: Image.open(pathlib.Path(folder) / name).convert("RGB") for name in sorted(SIZES)}


def exact(folder, width, height, count=4):
    """Draws pictures of the network's own size, which no resizing touches; RGB in order of name."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        Image.fromarray(draw(width, height, 50 + number)).save(folder / f"{number}.png")
    return {f"{n}.png": Image.open(folder / f"{n}.png").convert("RGB") for n in range(count)}
