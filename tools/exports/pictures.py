# SPDX-License-Identifier: Apache-2.0
"""The pictures that all networks are compared on: odd sizes, a tall one, a grey one, a small one, one JPEG.

They are drawn, unless OUT/images holds others before: then these are taken, and the library's own pixels are kept of them too.
"""

import pathlib

import numpy as np
from PIL import Image, ImageOps

SIZES = {
    "grey.png": (90, 75),
    "odd.png": (131, 97),
    "small.png": (23, 19),
    "square.png": (112, 112),
    "tall.png": (61, 203),
    "wide.jpg": (211, 88),
}
EXACT = [f"{number}.png" for number in range(4)]


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
    """Draws the pictures into the folder, where it holds none."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    if not are_drawn(names(folder)):
        return
    for seed, (name, (width, height)) in enumerate(SIZES.items()):
        if (folder / name).exists():
            continue
        picture = Image.fromarray(draw(width, height, seed))
        if name.startswith("grey"):
            picture = picture.convert("L")
        picture.save(folder / name, **({"quality": 92, "subsampling": 0} if name.endswith(".jpg") else {}))


def names(folder):
    return sorted(str(f.relative_to(folder)) for f in pathlib.Path(folder).rglob("*") if f.is_file())


def are_drawn(names):
    return set(names) <= {*SIZES, *EXACT}


def read(folder):
    """The pictures as RGB, in order of name; those of a class have its folder in front."""
    return {name: ImageOps.exif_transpose(Image.open(pathlib.Path(folder) / name)).convert("RGB") for name in names(folder)}


def exact(folder, width, height):
    """Pictures of the network's own size, which no resizing touches: drawn ones, or what lies beside the folders, resized."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    beside = folder.parent.parent / "images"
    if beside.is_dir() and not are_drawn(names(beside)):
        for name, picture in read(beside).items():
            file = (folder / name).with_suffix(".png")
            file.parent.mkdir(exist_ok=True)
            picture.resize((width, height), Image.BICUBIC).save(file)
    else:
        for number, name in enumerate(EXACT):
            Image.fromarray(draw(width, height, 50 + number)).save(folder / name)
    return read(folder)
