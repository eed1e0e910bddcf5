#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes vision/src/test/images/pillow.json: what Debian's Pillow reads otherwise, or not, than the Pillow that is followed.

    python3 -m venv v && v/bin/pip install -r tools/images/requirements.txt && v/bin/python tools/images/fixtures.py
"""
import base64
import io
import json
import pathlib
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
    rows = []
    for name, data in cases():
        rgb = np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB"))
        rows.append({"name": name, "width": rgb.shape[1], "height": rgb.shape[0],
                     "file": base64.b64encode(data).decode(), "rgb": base64.b64encode(rgb.tobytes()).decode()})
    document = {"oracle": {"name": "Pillow", "version": VERSION}, "cases": rows}
    (ROOT / "vision/src/test/images/pillow.json").write_text(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    main()
