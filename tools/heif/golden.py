#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes vision/src/test/images/heic.json and avif.json: small files and what pillow-heif (HEIC) and Pillow (AVIF) make of them.

    python3 -m venv venv && venv/bin/pip install -r tools/heif/requirements.txt && venv/bin/python tools/heif/golden.py

Kept are the size and every 29th byte of the RGB pixels.
"""
import base64
import io
import json
import pathlib

import numpy as np
import PIL.features
import pillow_heif
from container import Item, Picture, auxc, clap, exif, grid, icc, iden, imir, irot, nclx, write, xmp
from pictures import avif, heic, picture
from PIL import Image, ImageOps

STEP = 29
WIDTH, HEIGHT = 64, 48


def tags(orientation):
    """EXIF data."""
    data = Image.Exif()
    data[0x10F] = "maker"
    if orientation is not None:
        data[0x112] = orientation
    return data.tobytes()[6:]


def packet(orientation):
    return b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description tiff:Orientation="%d"/></x:xmpmeta>' % orientation


def cases(encode, kind):
    """Name and bytes of every file."""
    hevc = kind == "heic"
    colours = picture(WIDTH, HEIGHT, 3, noise=0)
    compatible = ("mif1", kind)

    def file(items, **options):
        return write(items, **{"brand": kind, "compatible": compatible, **options})

    plain = Picture(encode(colours))
    yield "as_encoded", encode(colours)
    for chroma in ("420", "422", "444"):
        for bits in (8, 10, 12):
            own = Picture(encode(colours, chroma=chroma, bits=bits))
            yield f"{chroma}_{bits}_bits", file([own.item()])
            if bits == 8 or chroma == "420":
                yield f"{chroma}_{bits}_bits_bt709_limited", file([own.item(nclx(1, 13, 1, False))])
                yield f"{chroma}_{bits}_bits_bt2020", file([own.item(nclx(9, 13, 9, True))])
            if chroma == "444" and bits != 12:
                yield f"green_blue_red_{bits}_bits", file([own.item(nclx(1, 13, 0, True))])
                yield f"ycgco_{bits}_bits", file([own.item(nclx(1, 13, 8, True))])
    for matrix in (2, 4, 6, 7):
        yield f"matrix_{matrix}_limited", file([plain.item(nclx(1, 13, matrix, False))])
    for primaries in (1, 4, 5, 6, 9, 11, 12, 22):
        yield f"matrix_of_primaries_{primaries}", file([plain.item(nclx(primaries, 13, 12, True))])
    if not hevc:
        for primaries in (0, 2, 3, 10):
            yield f"matrix_of_primaries_{primaries}", file([plain.item(nclx(primaries, 13, 12, True))])
        yield "matrix_15", file([plain.item(nclx(1, 13, 15, True))])
    yield "profile_and_nclx", file([plain.item(icc(b"no profile at all"), nclx(1, 13, 1, False))])
    grey = Picture(encode(colours[..., 1]))
    yield "grey", file([grey.item()])
    yield "grey_limited", file([grey.item(nclx(1, 13, 6, False))])
    for quarters in (1, 2, 3):
        yield f"irot_{quarters}", file([plain.item(irot(quarters))])
    for axis in (0, 1):
        yield f"imir_{axis}", file([plain.item(imir(axis))])
        yield f"irot_1_imir_{axis}", file([plain.item(irot(1), imir(axis))])
        yield f"imir_{axis}_irot_1", file([plain.item(imir(axis), irot(1))])
    yield "clap", file([plain.item(clap(32, 24))])
    yield "clap_irot", file([plain.item(clap(32, 20, (-3, 1), (-5, 1)), irot(1))])
    turned, silent = tags(orientation=6), tags(orientation=None)
    yield "exif_says_turned", file([plain.item(), exif(turned)])
    yield "exif_and_irot", file([plain.item(irot(2)), exif(turned)])
    for tag in range(6, 7) if hevc else range(1, 10):
        yield f"xmp_{tag}", file([plain.item(), xmp(packet(tag))])
    if not hevc:
        yield "xmp_and_irot", file([plain.item(irot(1)), xmp(packet(6))])
        yield "xmp_and_imir", file([plain.item(imir(0)), xmp(packet(6))])
        yield "xmp_and_irot_0", file([plain.item(irot(0)), xmp(packet(6))])
        yield "xmp_and_exif", file([plain.item(), exif(turned), xmp(packet(8))])
        yield "xmp_and_exif_upright", file([plain.item(), exif(tags(orientation=1)), xmp(packet(8))])
        yield "xmp_and_exif_without", file([plain.item(), exif(silent), xmp(packet(8))])
        yield "xmp_of_another_item", file([plain.item(), plain.item(hidden=True), xmp(packet(6), of=2)])
        yield "xmp_twice", file([plain.item(), xmp(packet(6)), xmp(packet(3))])
    yield "three_extents", file([plain.item()], extents=3)
    yield "box_before_data", file([plain.item()], before_mdat=b"\0\0\0\x10free01234567")
    tiles = [Picture(encode(picture(64, 64, seed, noise=0))) for seed in range(4)]
    hidden = [tile.item(hidden=True) for tile in tiles]
    yield "grid", file([grid(2, 2, 128, 128, [2, 3, 4, 5]), *hidden])
    yield "grid_cut_turned", file([grid(2, 2, 114, 90, [2, 3, 4, 5], nclx(1, 13, 1, False), irot(3)), *hidden])
    if not hevc:
        told = [tile.item(nclx(1, 13, 1, False), hidden=True) for tile in tiles]
        yield "grid_whose_tiles_say_more", file([grid(2, 2, 128, 128, [2, 3, 4, 5]), *told])
    else:
        own = Picture(encode(colours, chroma="422"))
        yield "422_irot_1", file([own.item(irot(1))])
        yield "clap_at_odd_places", file([plain.item(clap(31, 23, (3, 1), (-5, 1)))])
        yield "odd_mirrored", file([plain.item(clap(33, 48, (-1, 2)), imir(1), irot(2))])
        shades = [Picture(encode(np.repeat(picture(64, 64, seed, noise=0)[..., :1], 3, 2), chroma="422")) for seed in range(2)]
        yield "grid_422_limited", file([grid(1, 2, 128, 64, [2, 3], irot(0)),
                                        *[tile.item(nclx(1, 13, 5, False), hidden=True) for tile in shades]])
        yield "identity", file([iden(2, plain.ispe(), irot(1)), plain.item(hidden=True)])
        yield "thumbnail", encode(picture(160, 120, 1, noise=0), thumbnails=[64])

    def ramp(bits):
        opacity = Picture(encode(np.tile(np.linspace(0, 255, WIDTH).astype(np.uint8), (HEIGHT, 1)), bits=bits))
        return Item(opacity.kind, opacity.data,
                    [opacity.config, opacity.ispe(), auxc("urn:mpeg:mpegB:cicp:systems:auxiliary:alpha")],
                    [("auxl", [1])], hidden=True)

    alpha = ramp(8)
    yield "alpha", file([plain.item(), alpha])
    if not hevc:
        for chroma, bits in (("420", 10), ("422", 10), ("444", 10), ("420", 12), ("422", 12)):
            yield f"alpha_{chroma}_{bits}_bits", file([Picture(encode(colours, chroma=chroma, bits=bits)).item(), ramp(bits)])
    multiplied = plain.item()
    multiplied.refers = [("prem", [2])]
    yield "alpha_multiplied", file([multiplied, alpha])
    if hevc:
        yield "brand_mif1", file([plain.item()], brand="mif1")


def main():
    folder = pathlib.Path(__file__).resolve().parents[2] / "vision/src/test/images"
    for kind, encode in (("heic", heic), ("avif", avif)):
        if kind == "avif":
            Image.init()
            Image.ID.remove("HEIF")
        rows = []
        for name, data in cases(encode, kind):
            image = ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB")
            rows.append({"name": name, "width": image.width, "height": image.height,
                         "file": base64.b64encode(data).decode(),
                         "rgb": base64.b64encode(image.tobytes()[::STEP]).decode()})
        oracle = f"pillow-heif {pillow_heif.__version__}, libheif {pillow_heif.libheif_info()['libheif']}" if kind == "heic" \
            else f"Pillow {PIL.__version__}, libavif {PIL.features.version('avif')}"
        lines = ",\n".join(json.dumps(row) for row in rows)
        (folder / f"{kind}.json").write_text(f'{{"oracle": {json.dumps(oracle)}, "step": {STEP}, "cases": [\n{lines}\n]}}\n')
        print(f"{kind}: {len(rows)} files")


if __name__ == "__main__":
    main()
