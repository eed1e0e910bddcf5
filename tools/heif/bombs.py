#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes small HEIC and AVIF files of huge pictures, decodes each in a JVM with 512 MB and prints what came of it and the
most memory that the process held: bombs.py JAVA CLASSPATH FOLDER

Single pictures of 16 and 64 megapixels, and grids of 16 to 177 megapixels whose tiles are all one item of 1,024 x 1,024. Java
reports the resident memory of its own process (VmHWM). Needs the packages of tools/heif/requirements.txt.
"""
import pathlib
import subprocess
import sys

import numpy as np
from container import Picture, grid, write
from pictures import avif, heic

DECODE = pathlib.Path(__file__).resolve().parent / "Bomb.java"


def plain(side):
    return np.full((side, side, 3), (90, 140, 60), np.uint8)


def files():
    for kind, encode in (("heic", heic), ("avif", avif)):
        tile = Picture(encode(plain(1024), quality=20))
        for side in (4, 9, 13):
            yield "grid-%d.%s" % (side * side, kind), lambda kind=kind, tile=tile, side=side: write(
                [grid(side, side, 1024 * side, 1024 * side, [2] * (side * side)), tile.item(hidden=True)],
                brand=kind, compatible=("mif1", kind))
        for side in (4000, 8000):
            yield "single-%d.%s" % (side * side // 10 ** 6, kind), lambda encode=encode, side=side: encode(plain(side), quality=20)


def main():
    java, classpath, folder = sys.argv[1:]
    print("| file | bytes | outcome | peak resident, MB |\n|---|---:|---|---:|")
    for name, made in files():
        path = pathlib.Path(folder, name)
        if not path.is_file():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(made())
        done = subprocess.run([java, "-Xmx512m", "--enable-native-access=ALL-UNNAMED", "-cp", classpath, str(DECODE), str(path)],
                              capture_output=True, text=True, check=False)
        outcome, _, peak = done.stdout.strip().rpartition("\t")
        print("| %s | %d | %s | %s |" % (name, path.stat().st_size, outcome or "exit code %d" % done.returncode, peak), flush=True)


if __name__ == "__main__":
    main()
