#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Takes the real images of real.txt from their archives and lays them out in one folder a class. Needs Python only.

usage: real.py ARCHIVES OUT
"""

import pathlib
import sys
import zipfile

LIST = pathlib.Path(__file__).resolve().parent / "real.txt"


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    archives, out = map(pathlib.Path, sys.argv[1:])
    for line in LIST.read_text().splitlines():
        if line.startswith("#"):
            continue
        kind, archive, member = line.split()
        target = out / kind / pathlib.PurePosixPath(member).name
        target.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(archives / archive) as opened:
            target.write_bytes(opened.read(member))


if __name__ == "__main__":
    main()
