#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes vision/src/test/images/pillow.json: what Debian's Pillow reads otherwise, or not, than the Pillow that is followed.

    python3 -m venv v && v/bin/pip install -r tools/images/requirements.txt && v/bin/python tools/images/fixtures.py
"""
import base64
import io
import json
import pathlib
import struct
import sys
import zlib

import numpy as np
import PIL
from PIL import Image, ImageOps

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools/golden"))
sys.dont_write_bytecode = True
import generate_kinds as kinds  # noqa: E402
import image  # noqa: E402

VERSION = "13.0.0"


def cases():
    three, four16 = image.noise(7, 9), image.noise(5, 6, 4, 3, np.uint16)
    yield "bmp/index_beyond_palette", image.bmp_bytes(40, 9, 7, 8, False, image.noise(7, 9, 1), 100)
    for bits, runs in ((8, "0603 0000 0003010203 00 03ff 0000 0207 0002 0100 0307 0001"),
                       (4, "0612 0000 00051234 5000 0107 0000 06f0 0001")):
        yield "bmp/rle%d" % bits, image.bmp_bytes(40, 6, 3, bits, False, None, runs=bytes.fromhex(runs))
    # Literals of odd and even length, runs and literals beyond a row, jumps, rows that end early and late, more than is needed.
    for bits, name, runs in (
            (8, "literals", "000301020300 0000 000405060708 0300 0000 000501020304050000 0502 0001"),
            (8, "beyond_rows", "0903 0000 0904 0000 000801020304050607080000 0001"),
            (8, "jumps", "0203 00020101 0204 00020201 0105 0001"),
            (8, "jump_and_beyond", "0203 00020101 0904 0000 0905 0001"),
            (8, "two_runs_beyond", "0303 0404 0000 0205 0606 0000 0907"),
            (8, "no_end", "0503 0000 0504 0000 0505"),
            (8, "ends_of_rows", "0503 0000 0204 0000 00000000 0505 0001"),
            (8, "more_than_all", "0503 0000 0504 0000 0505 0000 0506 0000 0507"),
            (4, "literals", "000512340001 0000 00031230 0212 0000 000412340156 0001"),
            (4, "beyond_rows", "0912 0000 0934 0000 0009123456789000 0001"),
            (4, "jumps", "0312 00020101 0234 00020200 0156 0001")):
        for height in (3, 4):
            yield "bmp/rle%d_%s_%d" % (bits, name, height), image.bmp_bytes(
                40, 5, height, bits, False, None, runs=bytes.fromhex(runs))
    yield "bmp/rle8_top_down", image.bmp_bytes(40, 4, 2, 8, True, None, runs=bytes.fromhex("0401 0000 0402 0001"))
    for bits, masks in ((32, (0, 0, 0, 0)), (16, (0xF800, 0x7E0, 0x1F, 0))):
        body = image.noise(5, bits // 2, 1).tobytes()
        yield "bmp/%d_masks_%x" % (bits, masks[0]), struct.pack("<2sIHHI", b"BM", 70 + len(body), 0, 0, 70) + struct.pack(
            "<IiiHHIIiiII4I", 56, 4, 5, 1, bits, 3, len(body), 0, 0, 0, 0, *masks) + body
    numbers = (three[..., 0] * 1.5 - 20).astype(">f4")
    rows = [row.view(np.uint8).reshape(-1, 4).T.reshape(-1) for row in numbers]
    apart = b"".join(np.diff(row, prepend=np.uint8(0)).astype(np.uint8).tobytes() for row in rows)
    little, big = (image.page(9, 7, 32, 1, 1, [zlib.compress(apart)], order, t339=(3, [3]), t317=(3, [3]), t259=(3, [8]))
                   for order in "<>")
    yield "tiff/float_differences_le", little
    # Pillow takes the bytes of such numbers the wrong way round (differences.tsv); they are the same numbers.
    yield "tiff/float_differences_be", big, little
    strip = image.saved(Image.fromarray(image.smooth(16, 24, 1)), "JPEG", quality=90)
    yield "tiff/jpeg_whose_bits_are_said_to_lie_the_other_way", image.page(
        24, 16, 8, 1, 1, [strip], t259=(3, [7]), t266=(3, [2]))
    five = image.noise(7, 9, 5)
    yield "tiff/rgb_apart_and_two", image.page(
        9, 7, 8, 2, 5, [zlib.compress(five[..., c].tobytes()) for c in range(5)], t338=(3, [0, 0]), t284=(3, [2]), t259=(3, [8]))
    yield "tiff/rgb_and_two", image.page(9, 7, 8, 2, 5, [five.tobytes()], t338=(3, [0, 0]))
    yield "tiff/ycbcr_raw", image.page(9, 7, 8, 6, 3, [three.tobytes()], t530=(3, [1, 1]))
    yield "tiff/cmyk16_be", image.page(
        6, 5, 16, 5, 4, [zlib.compress(four16.astype(">u2").tobytes())], ">", t259=(3, [8]))
    yield "tiff/planes_that_mean_nothing", image.page(
        9, 7, 8, 1, 2, [zlib.compress(three[..., c].tobytes()) for c in range(2)], t338=(3, [0]), t284=(3, [2]), t259=(3, [8]))
    for orientation in (1, 3, 6):
        yield "tiff/xmp_%d" % orientation, image.page(
            9, 7, 8, 2, 3, [three.tobytes()], t700=(1, list(kinds.xmp(orientation, True))))
        for name, attribute in (("attribute", True), ("element", False)):
            yield "jpeg/xmp_%s_%d" % (name, orientation), image.saved(
                Image.fromarray(three), "JPEG", xmp=kinds.xmp(orientation, attribute))
            yield "webp/xmp_%s_%d" % (name, orientation), image.saved(
                Image.fromarray(three), "WEBP", lossless=True, xmp=kinds.xmp(orientation, attribute))
    yield "jpeg/exif_before_xmp", image.saved(
        Image.fromarray(three), "JPEG", exif=b"Exif\0\0" + kinds.exif(8), xmp=kinds.xmp(3, True))


def main():
    if PIL.__version__ != VERSION:
        sys.exit("fixtures.py: Pillow is %s, expected %s" % (PIL.__version__, VERSION))
    rows, refused = [], []
    for name, data, *same in cases():
        try:
            rgb = np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO((same or [data])[0]))).convert("RGB"))
        except (OSError, ValueError):
            refused.append({"name": name, "file": base64.b64encode(data).decode()})
            continue
        rows.append({"name": name, "width": rgb.shape[1], "height": rgb.shape[0],
                     "file": base64.b64encode(data).decode(), "rgb": base64.b64encode(rgb.tobytes()).decode()})
    document = {"oracle": {"name": "Pillow", "version": VERSION}, "cases": rows, "refused": refused}
    (ROOT / "vision/src/test/images/pillow.json").write_text(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    main()
