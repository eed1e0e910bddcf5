#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes more than 2,000 small image files of every format, mode, subsampling, orientation tag and kind of alpha: generate.py FOLDER

Pillow, pillow-heif and libvips write them, the last what Pillow cannot: interlaced PNG and samples of 16 bits, tiled TIFF and
predictors. Sizes are odd and differ, so that blocks, strips and tiles end somewhere inside. Started by compare.sh.
"""
import itertools
import pathlib
import sys

import numpy as np
import pillow_heif
import pyvips
from PIL import Image

SIZES = [(37, 29), (16, 16), (1, 1), (64, 48), (17, 33), (9, 70)]
ORIENTATIONS = range(0, 10)  # 0 and 9 mean nothing


class Folder:
    """Numbers files, and draws pictures whose sizes go round."""

    def __init__(self, path):
        self.path, self.count, self.random = pathlib.Path(path), 0, np.random.default_rng(20261201)

    def pixels(self, bands):
        """Waves with an edge and noise: 8-bit values."""
        self.count += 1
        width, height = SIZES[self.count % len(SIZES)]
        y, x = np.mgrid[0:height, 0:width]
        values = [127 + 120 * np.sin(x / a + y / b + c) for a, b, c in self.random.uniform(1.5, 12, (bands, 3))]
        values = np.stack(values, -1) + self.random.integers(-20, 21, (height, width, bands))
        values[height // 3:height // 2, width // 4:] = self.random.integers(0, 2, bands) * 255
        return np.clip(values, 0, 255).astype(np.uint8)

    def picture(self, mode):
        if mode == "1":
            return Image.fromarray(self.pixels(1)[:, :, 0]).convert("1")
        if mode == "I;16":
            return Image.fromarray(self.pixels(1)[:, :, 0].astype(np.uint16) * (257 if self.count % 2 else 1))
        if mode in ("I", "F"):
            return Image.fromarray(self.pixels(1)[:, :, 0].astype(np.int32 if mode == "I" else np.float32))
        if mode in ("L", "P"):
            picture = Image.fromarray(self.pixels(1)[:, :, 0])
            return picture if mode == "L" else Image.fromarray(self.pixels(3)).quantize(2 + self.count % 255)
        if mode == "PA":
            return Image.fromarray(self.pixels(4)).convert("PA")
        return Image.fromarray(self.pixels({"LA": 2, "RGB": 3, "LAB": 3, "YCbCr": 3}.get(mode, 4)), mode)

    def file(self, *parts):
        path = self.path / parts[0] / ("-".join(str(part) for part in parts[1:-1]).replace(";", "_") + "." + parts[-1])
        path.parent.mkdir(parents=True, exist_ok=True)
        return path


def exif(orientation):
    data = Image.Exif()
    data[0x0112] = orientation
    return data


def jpeg(folder):
    for mode, subsampling, quality, progressive in itertools.product(
            ("L", "RGB", "CMYK", "YCbCr"), (0, 1, 2), (1, 20, 50, 75, 96), (False, True)):
        for restart in (0, 1) if not progressive else (0,):
            folder.picture(mode).save(
                folder.file("jpeg", mode, subsampling, quality, int(progressive), restart, "jpg"),
                quality=quality, subsampling=subsampling, progressive=progressive, restart_marker_rows=restart)
    for mode, orientation, subsampling in itertools.product(("L", "RGB", "CMYK"), ORIENTATIONS, (0, 2)):
        folder.picture(mode).save(folder.file("jpeg", mode, "turned", orientation, subsampling, "jpg"),
                                  exif=exif(orientation), subsampling=subsampling)


def png(folder):
    for mode in ("1", "L", "LA", "RGB", "RGBA", "I;16", "P"):
        for orientation in ORIENTATIONS:
            folder.picture(mode).save(folder.file("png", mode, orientation, "png"), exif=exif(orientation))
        for number in range(10):
            folder.picture(mode).save(folder.file("png", mode, "plain", number, "png"), compress_level=number)
    for bits, number in itertools.product((1, 2, 4, 8), range(12)):
        picture = Image.fromarray(folder.pixels(3)).quantize(2 ** bits)
        alpha = [{}, {"transparency": 1}, {"transparency": bytes(range(0, 256, 256 >> bits))}][number % 3]
        picture.save(folder.file("png", "P", bits, "bits", number, "png"), bits=bits, **alpha)
    for number in range(6):
        folder.picture("L").save(folder.file("png", "L", "transparent", number, "png"), transparency=number * 40)
        folder.picture("RGB").save(folder.file("png", "RGB", "transparent", number, "png"), transparency=(0, 255, number))
    for bands, deep, interlaced, number in itertools.product((1, 2, 3, 4), (False, True), (False, True), range(8)):
        vips(folder, bands, deep).pngsave(str(folder.file("png", "vips", bands, int(deep), int(interlaced), number, "png")),
                                          interlace=interlaced, bitdepth=16 if deep else 8)


def vips(folder, bands, deep=False):
    values = folder.pixels(bands)
    if deep:
        values = values.astype(np.uint16) * 257 + folder.random.integers(0, 200, values.shape).astype(np.uint16)
        values = np.minimum(values, 65535).astype(np.uint16)
    kind = ("grey16" if bands < 3 else "rgb16") if deep else ("b-w" if bands < 3 else "srgb")
    return pyvips.Image.new_from_array(values).copy(interpretation=kind)


def gif(folder):
    for mode, interlaced, number in itertools.product(("L", "P", "1"), (0, 1), range(14)):
        folder.picture(mode).save(folder.file("gif", mode, interlaced, number, "gif"), interlace=interlaced,
                                  **({"transparency": number} if number % 2 else {}))
    for number in range(40):
        frames = [folder.picture("P") for _ in range(3)]
        frames = [frame.resize(frames[0].size) for frame in frames]
        frames[0].save(folder.file("gif", "animated", number, "gif"), save_all=True, append_images=frames[1:],
                       disposal=number % 4, duration=40)


def bmp(folder):
    for mode, number in itertools.product(("1", "L", "P", "RGB", "RGBA"), range(18)):
        folder.picture(mode).save(folder.file("bmp", mode, number, "bmp"))


def tiff(folder):
    compressions = {
        "1": ("raw", "packbits", "tiff_lzw", "tiff_adobe_deflate", "group3", "group4", "tiff_ccitt"),
        "jpeg": ("L", "RGB", "CMYK", "YCbCr"),
    }
    for mode in ("1", "L", "LA", "P", "PA", "RGB", "RGBA", "RGBX", "CMYK", "YCbCr", "LAB", "I;16", "I", "F"):
        kinds = compressions.get(mode, ("raw", "packbits", "tiff_lzw", "tiff_adobe_deflate", "zstd", "lzma"))
        kinds += ("jpeg",) if mode in compressions["jpeg"] else ()
        for kind, number in itertools.product(kinds, range(6)):
            try:
                folder.picture(mode).save(folder.file("tiff", mode, kind, number, "tif"), compression=kind, big_tiff=number == 3)
            except OSError:  # of this mode there is no such file
                folder.file("tiff", mode, kind, number, "tif").unlink(missing_ok=True)
        for orientation in ORIENTATIONS:
            folder.picture(mode).save(folder.file("tiff", mode, "turned", orientation, "tif"), tiffinfo={0x0112: orientation})
    for bands, deep, number in itertools.product((1, 2, 3, 4), (False, True), range(12)):
        tiled, predictor = bool(number & 1), ("none", "horizontal")[number >> 1 & 1]
        for compression in ("none", "lzw", "deflate")[number // 4 % 3:][:1]:
            vips(folder, bands, deep).tiffsave(
                str(folder.file("tiff", "vips", bands, int(deep), compression, number, "tif")), tile=tiled, tile_width=16,
                tile_height=16, compression=compression, predictor=predictor)


def webp(folder):
    for mode, lossless, quality, method in itertools.product(("RGB", "RGBA"), (False, True), (0, 10, 30, 60, 75, 90, 100), (0, 4, 6)):
        for exact in (False, True) if mode == "RGBA" else (False,):
            folder.picture(mode).save(folder.file("webp", mode, int(lossless), quality, method, int(exact), "webp"),
                                      lossless=lossless, quality=quality, method=method, exact=exact)
    for mode, alpha in itertools.product(("RGBA", "LA"), (0, 20, 60, 100)):
        for number in range(4):
            folder.picture(mode).save(folder.file("webp", mode, "alpha", alpha, number, "webp"), alpha_quality=alpha)
    for mode, lossless, orientation in itertools.product(("L", "RGB", "RGBA"), (False, True), ORIENTATIONS):
        folder.picture(mode).save(folder.file("webp", mode, "turned", int(lossless), orientation, "webp"),
                                  lossless=lossless, exif=exif(orientation))
    for number in range(24):
        frames = [folder.picture("RGBA") for _ in range(3)]
        frames = [frame.resize(frames[0].size) for frame in frames]
        frames[0].save(folder.file("webp", "animated", number, "webp"), save_all=True, append_images=frames[1:],
                       lossless=bool(number % 2), background=(number * 10, 20, 30, number % 3 * 100), duration=40)


def heif(folder):
    for mode, subsampling, quality in itertools.product(("L", "RGB", "RGBA"), ("4:2:0", "4:2:2", "4:4:4"), (30, 90)):
        picture = folder.picture(mode)
        picture.save(folder.file("avif", mode, subsampling.replace(":", ""), quality, "avif"), subsampling=subsampling,
                     quality=quality, speed=9)
        chroma = subsampling.replace(":", "")
        pillow_heif.from_pillow(large(picture)).save(folder.file("heic", mode, chroma, quality, "heic"), quality=quality, chroma=chroma)
    for mode, orientation in itertools.product(("RGB", "RGBA"), ORIENTATIONS):
        picture = folder.picture(mode)
        picture.save(folder.file("avif", mode, "turned", orientation, "avif"), exif=exif(orientation), speed=9)
        large(picture).save(folder.file("heic", mode, "turned", orientation, "heic"), exif=exif(orientation))
    for number in range(12):
        values = (folder.pixels(3 + number % 2).astype(np.uint16) * 257)
        mode = "RGB;16" if number % 2 == 0 else "RGBA;16"
        values = np.repeat(np.repeat(values, 8, 0), 8, 1)
        image = pillow_heif.from_bytes(mode=mode, size=(values.shape[1], values.shape[0]), data=values.tobytes())
        image.save(folder.file("heic", "deep", number, "heic"), quality=80)


def large(picture):
    """HEVC has no pictures of less than 16 pixels a side."""
    return picture.resize((max(16, picture.width), max(16, picture.height)))


def main():
    folder = Folder(sys.argv[1])
    pillow_heif.register_heif_opener()
    for format_of in (jpeg, png, gif, bmp, tiff, webp, heif):
        before = folder.count
        format_of(folder)
        print("%s: %d pictures" % (format_of.__name__, folder.count - before), file=sys.stderr)


if __name__ == "__main__":
    main()
