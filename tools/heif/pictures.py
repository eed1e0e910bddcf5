# SPDX-License-Identifier: Apache-2.0
"""Generated pictures, and the same as HEIC and AVIF by several encoders."""
import io

import imagecodecs
import numpy as np
import pillow_heif
from PIL import Image

pillow_heif.register_heif_opener()


def picture(width, height, seed=0, noise=12):
    """Waves of all colours, noise and two saturated patches: chroma has edges everywhere."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width]
    waves = np.stack([127 + 100 * np.sin(x / 7 + seed) + 20 * np.cos(y / 3),
                      127 + 100 * np.cos(y / 9) + 20 * np.sin(x / 2),
                      127 + 100 * np.sin((x + y) / 11)], -1) + random.normal(0, noise, (height, width, 3))
    waves[height // 4:height // 2, width // 4:width // 2] = [250, 10, 20]
    waves[height // 2:3 * height // 4, width // 2:3 * width // 4] = [5, 20, 250]
    return waves.clip(0, 255).astype(np.uint8)


def saved(pixels, format, **options):
    out = io.BytesIO()
    (pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)).save(out, format, **options)
    return out.getvalue()


def deep(pixels, bits, seed=0):
    """The same with `bits` bits a sample, the lower ones random."""
    random = np.random.default_rng(seed)
    most = (1 << bits) - 1
    return (pixels.astype(np.uint32) * most // 255 + random.integers(0, 1 << (bits - 8), pixels.shape)).clip(0, most).astype(np.uint16)


def heic(pixels, chroma="420", bits=8, quality=50, **options):
    if bits == 8:
        return saved(pixels, "HEIF", quality=quality, chroma=chroma, **options)
    pillow_heif.options.SAVE_HDR_TO_12_BIT = bits == 12
    wide = deep(pixels, 16)
    mode = "RGB;16" if pixels.ndim == 3 else "L;16"
    file = pillow_heif.from_bytes(mode=mode, size=(pixels.shape[1], pixels.shape[0]), data=wide.tobytes())
    out = io.BytesIO()
    file.save(out, quality=quality, chroma=chroma, **options)
    return out.getvalue()


def avif(pixels, chroma="420", bits=8, quality=50):
    if bits == 8 and pixels.ndim == 3:
        return saved(pixels, "AVIF", quality=quality, subsampling=":".join(chroma))
    samples = deep(pixels, bits) if bits > 8 else pixels
    return imagecodecs.avif_encode(samples, level=quality, bitspersample=bits, speed=8,
                                   pixelformat="400" if pixels.ndim == 2 else chroma)
