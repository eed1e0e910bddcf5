#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares folders made anew with kept ones, or copies those that the tests keep. Needs NumPy only.

usage: compare.py MADE KEPT [--copy]

Every folder of KEPT must be in MADE: grey levels and token numbers equal, other values within 1e-4, the same thing right.
With --copy the folders named in fixtures.txt are copied from MADE to KEPT instead.
Exits 1 if anything differs.
"""

import argparse
import json
import pathlib
import shutil
import sys

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
TOLERANCE = 1e-4


def fixtures():
    return [line.strip() for line in (HERE / "fixtures.txt").read_text().splitlines() if line.strip() and not line.startswith("#")]


def copy(made, kept):
    kept.mkdir(parents=True, exist_ok=True)
    for name in ["images", *fixtures()]:
        shutil.rmtree(kept / name, ignore_errors=True)
        shutil.copytree(made / name, kept / name)
    size = sum(f.stat().st_size for f in kept.rglob("*") if f.is_file())
    print(f"{len(fixtures())} folders, {size / 1e6:.1f} MB")


def differences(made, kept):
    """What differs between two folders of one name."""
    if not made.is_dir():
        yield "was not made"
        return
    for key in ("right", "features", "class", "names"):
        old, new = (json.loads((f / "expected.json").read_text()).get(key) for f in (kept, made))
        if old != new:
            yield f"{key}: {old} is now {new}"
    for file in sorted(kept.glob("expected-*.npy")):
        if not (made / file.name).exists():
            yield f"{file.name} is gone"
            continue
        old, new = np.load(file), np.load(made / file.name)
        if old.shape != new.shape:
            yield f"{file.name}: shape {old.shape} is now {new.shape}"
            continue
        far = np.abs(old.astype(np.float64) - new.astype(np.float64)).max()
        if far > (0 if old.dtype.kind in "iu" else TOLERANCE) and "of-the-file" not in file.name:
            yield f"{file.name}: differs by {far:.3g}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("made", type=pathlib.Path)
    parser.add_argument("kept", type=pathlib.Path)
    parser.add_argument("--copy", action="store_true")
    args = parser.parse_args()
    if args.copy:
        copy(args.made, args.kept)
        return
    failed = 0
    folders = sorted(f.parent for f in args.kept.glob("*/expected.json"))
    for folder in folders:
        for difference in differences(args.made / folder.name, folder):
            failed += 1
            print(f"{folder.name}: {difference}")
    print(f"{len(folders)} folders compared, {failed} differences")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
