#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes some 2,700 HEIC and AVIF files: generate_heif.py FOLDER

All subsamplings, depths, matrices, ranges and primaries; what irot, imir, clap, grids, alpha, EXIF and XMP data make of a
picture, in sizes even and odd; and what Debian's heif-enc writes, where it is installed. The containers come from tools/heif.
Started by compare.sh.
"""
import itertools
import pathlib
import shutil
import subprocess
import sys
import tempfile

import imagecodecs
import numpy as np
from PIL import Image

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "heif"))
from container import Item, Picture, auxc, clap, exif, grid, iden, imir, irot, nclx, write, xmp  # noqa: E402
from golden import packet, tags  # noqa: E402
from pictures import avif, heic, picture  # noqa: E402

ALPHA = auxc("urn:mpeg:mpegB:cicp:systems:auxiliary:alpha")
CHROMA, DEPTHS = ("420", "422", "444"), (8, 10, 12)
TURNS = {"": [], "irot1": [irot(1)], "irot2": [irot(2)], "irot3": [irot(3)], "imir0": [imir(0)], "imir1": [imir(1)],
         "irot1-imir0": [irot(1), imir(0)], "imir1-irot3": [imir(1), irot(3)]}


class Folder:
    """Writes files of one kind."""

    def __init__(self, path, kind, encode):
        self.path, self.kind, self.encode, self.count = path, kind, encode, 0

    def put(self, *name, items=None, data=None, **options):
        if data is None:
            data = write(items, **{"brand": self.kind, "compatible": ("mif1", self.kind), **options})
        (self.path / ("-".join(str(part) for part in name if part != "") + "." + self.kind)).write_bytes(data)
        self.count += 1

    def picture(self, width=64, height=48, seed=3, **options):
        return Picture(self.encode(picture(width, height, seed), **options))


def colours(folder):
    for chroma, bits in itertools.product(CHROMA, DEPTHS):
        own = folder.picture(65, 47, chroma=chroma, bits=bits)
        folder.put("colours", chroma, bits, items=[own.item()])
        for matrix, full in itertools.product((0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 14), (False, True)):
            folder.put("colours", chroma, bits, "matrix", matrix, "full" if full else "limited", items=[own.item(nclx(1, 13, matrix, full))])
        for primaries in (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 22):
            folder.put("colours", chroma, bits, "primaries", primaries, items=[own.item(nclx(primaries, 13, 12, True))])
        for matrix in (3, 11, 13, 15):
            folder.put("colours", chroma, bits, "matrix", matrix, items=[own.item(nclx(1, 13, matrix, True))])
    for bits in DEPTHS:
        own = Picture(folder.encode(picture(65, 47, 3)[..., 1], bits=bits))
        folder.put("grey", bits, items=[own.item()])
        for matrix, full in itertools.product((1, 2, 6), (False, True)):
            folder.put("grey", bits, "matrix", matrix, "full" if full else "limited", items=[own.item(nclx(1, 13, matrix, full))])


def shapes(folder):
    for chroma, (width, height) in itertools.product(CHROMA, ((64, 48), (65, 47))):
        own = folder.picture(width, height, chroma=chroma)
        size = "%dx%d" % (width, height)
        for name, turn in TURNS.items():
            folder.put("shape", chroma, size, name, items=[own.item(*turn)])
            folder.put("shape", chroma, size, name, "limited", items=[own.item(nclx(1, 13, 1, False), *turn)])
            folder.put("shape", chroma, size, name, "clap", items=[own.item(clap(32, 20), *turn)])
        folder.put("shape", chroma, size, "clap-odd", items=[own.item(clap(31, 23, (3, 1), (-5, 1)))])
        folder.put("shape", chroma, size, "clap-half", items=[own.item(clap(30, 20, (3, 2), (-5, 2)))])
        folder.put("shape", chroma, size, "clap-large", items=[own.item(clap(100, 100))])
        folder.put("shape", chroma, size, "extents", items=[own.item()], extents=3)
        folder.put("shape", chroma, size, "iden", items=[iden(2, own.ispe(), irot(1)), own.item(hidden=True)])
        folder.put("shape", chroma, size, "states-less", items=[own.item(size=(width - 10, height - 7))])
        folder.put("shape", chroma, size, "states-more", items=[own.item(size=(width + 10, height + 7))])


def grids(folder):
    for chroma, bits in itertools.product(CHROMA, (8, 10)):
        tiles = [folder.picture(64, 64, seed, chroma=chroma, bits=bits) for seed in range(6)]
        for (width, height), (name, turn) in itertools.product(((192, 128), (180, 102), (129, 65)), TURNS.items()):
            for full, own in ((False, nclx(1, 13, 5, False)), (True, nclx(1, 13, 1, True))):
                title = ("grid", chroma, bits, "%dx%d" % (width, height), name, "full" if full else "limited")
                plain, told = ([tile.item(*what, hidden=True) for tile in tiles] for what in ((), (own,)))
                folder.put(*title, items=[grid(2, 3, width, height, range(2, 8), own, *turn), *plain])
                folder.put(*title, "tiles", items=[grid(2, 3, width, height, range(2, 8), *turn), *told])


def besides(folder):
    for chroma in CHROMA:
        own = folder.picture(chroma=chroma)
        for tag in range(0, 10):
            folder.put("exif", chroma, tag, items=[own.item(), exif(tags(tag))])
            folder.put("xmp", chroma, tag, items=[own.item(), xmp(packet(tag))])
            folder.put("xmp-and-exif", chroma, tag, items=[own.item(), exif(tags(None)), xmp(packet(tag))])
            folder.put("xmp-and-irot", chroma, tag, items=[own.item(irot(3)), xmp(packet(tag))])
    ramp = np.tile(np.linspace(0, 255, 64).astype(np.uint8), (48, 1))
    for chroma, bits in itertools.product((*CHROMA, "grey"), DEPTHS):
        own = folder.picture(chroma=chroma, bits=bits) if chroma != "grey" else Picture(folder.encode(picture(64, 48, 3)[..., 1], bits=bits))
        opacity = Picture(folder.encode(ramp, bits=bits))
        for full in (False, True):
            alpha = Item(opacity.kind, opacity.data, [opacity.config, opacity.ispe(), ALPHA, nclx(1, 13, 6, full)],
                         [("auxl", [1])], hidden=True)
            folder.put("alpha", chroma, bits, "full" if full else "limited", items=[own.item(), alpha])
            multiplied = own.item()
            multiplied.refers = [("prem", [2])]
            folder.put("alpha-multiplied", chroma, bits, "full" if full else "limited", items=[multiplied, alpha])


def heif_enc(folder):
    program = shutil.which("heif-enc")
    if program is None:
        print("generate_heif.py: heif-enc is not installed (Debian: libheif-examples); its files are left out", file=sys.stderr)
        return
    failed = 0
    with tempfile.TemporaryDirectory() as place:
        for bands, deep, quality, (name, options) in itertools.product(
                ("L", "RGB", "RGBA"), (False, True), (40, 90),
                {"": [], "thumb": ["-t", "16"], "420": ["-p", "chroma=420"], "422": ["-p", "chroma=422"],
                 "444": ["-p", "chroma=444"], "limited": ["--full_range_flag", "0"], "bt709": ["--matrix_coefficients", "1"],
                 "alone": ["--no-alpha"]}.items()):
            pixels = np.concatenate([picture(66, 50, 5), np.tile(np.linspace(0, 255, 66).astype(np.uint8), (50, 1))[..., None]], 2)
            source, target = pathlib.Path(place, "in.png"), pathlib.Path(place, "out." + folder.kind)
            if deep:
                wide = pixels[..., :{"L": 1, "RGB": 3, "RGBA": 4}[bands]].astype(np.uint16) * 257
                source.write_bytes(imagecodecs.png_encode(wide))
            else:
                Image.fromarray(pixels if bands == "RGBA" else pixels[..., :3]).convert(bands).save(source)
            target.unlink(missing_ok=True)
            command = [program, "-q", str(quality), *options, *(["-b", "10"] if deep else []),
                       *(["-A"] if folder.kind == "avif" else []), "-o", str(target), str(source)]
            done = subprocess.run(command, capture_output=True, check=False)
            if done.returncode == 0 and target.is_file():
                folder.put("heif-enc", bands, 10 if deep else 8, quality, name, data=target.read_bytes())
            else:
                failed += 1
    if failed:
        print("generate_heif.py: heif-enc itself failed %d times" % failed, file=sys.stderr)


def main():
    path = pathlib.Path(sys.argv[1])
    path.mkdir(parents=True, exist_ok=True)
    for kind, encode in (("heic", heic), ("avif", avif)):
        folder = Folder(path, kind, encode)
        for part in (colours, shapes, grids, besides, heif_enc):
            before = folder.count
            part(folder)
            print("%s %s: %d files" % (kind, part.__name__, folder.count - before), file=sys.stderr)


if __name__ == "__main__":
    main()
