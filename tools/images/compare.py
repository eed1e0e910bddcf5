#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Decodes image files with Stray and with Pillow and compares the pixels. Started by tools/images/compare.sh.

usage: compare.py --java JAVA --classpath CP --explanations TSV [--list FILE] [--write PAGE] SET..

A SET is a folder; its name is the name of the set, and a file beside it, NAME.version, holds its version. All files below it are taken that are of a format that Stray reads, told by
their bytes, or that have a suffix of a format that Pillow knows; the same bytes count once. Pillow's pixels are those of
ImageOps.exif_transpose(Image.open(file)).convert("RGB"). Where Stray refuses what Pillow reads, libvips is asked too. JPEG is
decoded a second time without libjpeg-turbo.

Each file that differs, or that one side alone reads, needs a row in TSV: outcome (differs, refused, read), format, a pattern
of SET/PATH, a bound (of a file that differs the most levels; else a regular expression on the message of the side that
refuses), a reason. Exit code 1: a file without a row, or a row without a file.
"""
import argparse
import collections
import dataclasses
import fnmatch
import hashlib
import io
import os
import re
import struct
import subprocess
import sys
import warnings

import numpy as np
import PIL
import pillow_heif
import pyvips
from PIL import Image, ImageOps

FORMATS = ["JPEG", "JPEG by ImageIO", "PNG", "GIF", "BMP", "WebP", "TIFF", "HEIC", "AVIF"]
SUFFIXES = {"jpg", "jpeg", "jpe", "jfif", "png", "gif", "bmp", "webp", "tif", "tiff", "heic", "heif", "hif", "avif"}
BEGIN, END = "<!-- written by tools/images/compare.sh: begin -->", "<!-- written by tools/images/compare.sh: end -->"


@dataclasses.dataclass
class Result:
    """What the two sides made of a file."""
    path: str
    format: str
    mode: str
    outcome: str
    largest: int = 0
    share: float = 0
    message: str = ""
    vips: bool = False
    reason: str = ""


class Stray:
    """The Java process at the other end of two pipes."""

    def __init__(self, java, classpath, *options):
        command = [java, "-Xmx2g", "--enable-native-access=ALL-UNNAMED", *options, "-cp", classpath,
                   os.path.join(os.path.dirname(os.path.abspath(__file__)), "Decode.java")]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.about = self.process.stdout.readline().decode().strip()

    def end(self):
        self.process.stdin.close()
        self.process.wait()

    def receive(self, count):
        data = self.process.stdout.read(count)
        if len(data) != count:
            sys.exit("compare.py: the Java side ended early")
        return data

    def decode(self, path):
        """Pixels or a message."""
        self.process.stdin.write(path.encode() + b"\n")
        self.process.stdin.flush()
        width, height = struct.unpack(">ii", self.receive(8))
        if width > 0:
            return np.frombuffer(self.receive(3 * width * height), np.uint8).reshape(height, width, 3)
        return ("" if width == 0 else "FAULT ") + self.receive(height).decode()


def format_of(data):
    """By the bytes; of bitmaps and of what Pillow alone knows, what Pillow says."""
    if data[:3] == b"\xff\xd8\xff":
        return "JPEG"
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return "PNG"
    if data[:4] == b"GIF8":
        return "GIF"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WebP"
    if data[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        return "TIFF"
    if data[4:8] == b"ftyp":
        brands = [data[i:i + 4] for i in (8, *range(16, struct.unpack(">I", data[:4])[0], 4))]
        if b"avif" in brands or b"avis" in brands:
            return "AVIF"
        return "HEIC" if {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"} & set(brands) else "other"
    if data[:2] == b"BM" and len(data) >= 26 and data[14:18] in (b"\x0c\0\0\0", *(bytes([n, 0, 0, 0]) for n in (16, 40, 52, 56, 64, 108, 124))):
        return "BMP"
    return "other"


def files(folders):
    """Set and path, path on disk, bytes, format."""
    known = {suffix[1:] for suffix in Image.registered_extensions()} | SUFFIXES
    seen = set()
    for folder in folders:
        for parent, children, names in os.walk(folder):
            children.sort()
            for name in sorted(names):
                path = os.path.join(parent, name)
                if os.path.islink(path) or not os.path.isfile(path) or "\n" in path:
                    continue
                with open(path, "rb") as file:
                    head = file.read(256)
                    kind = format_of(head)
                    if kind == "other" and name.rpartition(".")[2].lower() not in known:
                        continue
                    data = head + file.read()
                digest = hashlib.sha256(data).digest()
                if digest not in seen:
                    seen.add(digest)
                    yield name_of(folder) + "/" + os.path.relpath(path, folder), path, data, kind


def pillow(data):
    """Mode, format, pixels or a message."""
    mode, kind = "-", None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = Image.open(io.BytesIO(data))
            mode, kind = image.mode, image.format
            return mode, kind, np.asarray(ImageOps.exif_transpose(image).convert("RGB"))
    except Exception as e:
        return mode, kind, "%s: %s" % (type(e).__name__, e)


def name_of(folder):
    return os.path.basename(os.path.normpath(folder))


def versioned(folder):
    """Name of a set, and its version where that is known."""
    try:
        with open(os.path.normpath(folder) + ".version", encoding="utf-8") as file:
            return "%s %s:" % (name_of(folder), file.read().strip())
    except FileNotFoundError:
        return name_of(folder) + ":"


def vips_reads(data):
    try:
        pyvips.Image.new_from_buffer(data, "", fail_on="truncated").write_to_memory()
        return True
    except pyvips.Error:
        return False


def compare(stray, name, path, data, kind, theirs):
    mode, theirs_is, theirs = theirs
    if kind == "other":
        # Not claimed: what it is to Pillow is counted, no more. A suffix of ours on it is worth a look.
        if isinstance(theirs, str):
            return None
        ours = stray.decode(path)
        return Result(name, theirs_is, mode, "unclaimed", message=str(ours)[:200], vips=vips_reads(data))
    ours = stray.decode(path)
    result = Result(name, kind, mode, "equal")
    if isinstance(ours, str):
        result.message = ours
        result.outcome = "both" if isinstance(theirs, str) else "refused"
        result.vips = result.outcome == "refused" and vips_reads(data)
        if ours.startswith("FAULT"):
            result.outcome = "refused"
    elif isinstance(theirs, str):
        result.outcome, result.message = "read", theirs
    elif ours.shape != theirs.shape:
        result.outcome, result.largest, result.share = "differs", 255, 1
        result.message = "%d x %d, not %d x %d" % (ours.shape[1], ours.shape[0], theirs.shape[1], theirs.shape[0])
    else:
        difference = np.abs(ours.astype(np.int16) - theirs).max(2)
        if difference.any():
            result.outcome, result.largest = "differs", int(difference.max())
            result.share = float((difference > 0).mean())
    return result


def explanations(path):
    with open(path, encoding="utf-8") as file:
        for line in file:
            if line.strip() and not line.startswith("#"):
                row = line.rstrip("\n").split("\t")
                if len(row) != 5:
                    sys.exit("compare.py: five columns expected in %s: %s" % (path, line))
                yield row


def explains(row, result):
    outcome, kind, pattern, bound, _ = row
    if outcome != result.outcome or kind != result.format or not fnmatch.fnmatchcase(result.path, pattern):
        return False
    if result.message.startswith("FAULT"):
        return False
    return result.largest <= int(bound) if outcome == "differs" else re.search(bound, result.message) is not None


def explain(results, rows):
    counts = collections.Counter()
    for result in results:
        if result.outcome in ("differs", "refused", "read"):
            for number, row in enumerate(rows):
                if explains(row, result):
                    result.reason = row[4]
                    counts[number] += 1
                    break
    return counts


def table(results):
    """Lines of Markdown, a line a format and mode."""
    groups = collections.defaultdict(list)
    for result in results:
        groups[FORMATS.index(result.format), result.mode].append(result)
    lines = ["| format | mode | files | equal | differ (most levels, pixels) | refused by both | by Stray alone | by Pillow alone |",
             "|---|---|---|---|---|---|---|---|"]

    def row(title, mode, group):
        count = collections.Counter(result.outcome for result in group)
        differing = [result for result in group if result.outcome == "differs"]
        differ = "" if not differing else "%d (%d, %.1f %%)" % (
            len(differing), max(result.largest for result in differing), 100 * max(result.share for result in differing))
        cells = [title, mode, len(group), count["equal"], differ, count["both"], count["refused"], count["read"]]
        return "| " + " | ".join(str(cell or "") for cell in cells) + " |"

    for (number, mode), group in sorted(groups.items()):
        lines.append(row(FORMATS[number], {"-": "not opened"}.get(mode, "`%s`" % mode), group))
    lines.append(row("all", "", [result for result in results if result.format != "JPEG by ImageIO"]))
    return lines


WORDS = {"differs": "differ", "refused": "refused by Stray alone", "read": "refused by Pillow alone"}


def page(results, unclaimed, rows, counts, versions, sets):
    lines = [BEGIN, "", versions, "", *sets, "", *table(results), "", "Why they differ:", "",
             "| files | what | format | reason |", "|---|---|---|---|"]
    merged = collections.Counter()
    for number, row in enumerate(rows):
        merged[row[0], row[1], row[4]] += counts[number]
    by_vips = collections.Counter((result.outcome, result.format, result.reason) for result in results if result.vips)
    lines += ["| %d | %s | %s | %s%s |" % (count, WORDS[row[0]], row[1], row[2],
                                         " libvips reads %d of them." % by_vips[row] if row[0] == "refused" else "")
              for row, count in merged.items()]
    others = sorted({result.format for result in unclaimed})
    by_vips = sorted({result.format for result in unclaimed if result.vips})
    lines += ["", "Pillow also opens files of these kinds among them, which are not claimed to be read: %s. Of these libvips opens %s." % (
        ", ".join(others), ", ".join(by_vips) or "none"), "", END]
    return lines


def write(path, lines):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    before, after = text.index(BEGIN), text.index(END) + len(END)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text[:before] + "\n".join(lines) + text[after:])


def line_of(result):
    if result.outcome == "differs":
        said = result.message or "largest %d, %.3g %% of the pixels" % (result.largest, 100 * result.share)
    else:
        said = result.message + (" [libvips reads it]" if result.vips else "")
    return "%s\t%s\t%s\t%s\t%s\t%s" % (result.outcome, result.format, result.mode, result.path, said.replace("\n", " "), result.reason or "UNEXPLAINED")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--java", default="java")
    parser.add_argument("--classpath", required=True)
    parser.add_argument("--explanations", required=True)
    parser.add_argument("--list", help="receives a line a file that is not equal")
    parser.add_argument("--write", help="page whose part between the marks is written")
    parser.add_argument("sets", nargs="+")
    options = parser.parse_args()
    pillow_heif.register_heif_opener()
    Image.init()
    rows = list(explanations(options.explanations))
    stray = Stray(options.java, options.classpath)
    imageio = Stray(options.java, options.classpath, "-Dstray.jpeg=imageio")
    found, per_set = [], collections.Counter()
    for item in files(options.sets):
        theirs = pillow(item[2])
        result = compare(stray, *item, theirs)
        if result:
            found.append(result)
            per_set[result.path.partition("/")[0]] += result.format in FORMATS
        if item[3] == "JPEG":
            found.append(compare(imageio, *item[:3], "JPEG by ImageIO", theirs))
    stray.end()
    imageio.end()
    results = [result for result in found if result.format in FORMATS]
    unclaimed = [result for result in found if result.format not in FORMATS]
    counts = explain(results, rows)
    versions = "Stray with %s; Pillow %s, pillow-heif %s, libvips %d.%d.%d." % (
        stray.about, PIL.__version__, pillow_heif.__version__, *(pyvips.version(n) for n in range(3)))
    sets = ["Files: " + ", ".join("%s %d" % (versioned(folder), per_set[name_of(folder)]) for folder in options.sets) + "."]
    lines = page(results, unclaimed, rows, counts, versions, sets)
    print("\n".join(lines[1:-1]))
    if options.list:
        with open(options.list, "w", encoding="utf-8") as file:
            for result in results:
                if result.outcome not in ("equal",):
                    file.write(line_of(result) + "\n")
    if options.write:
        write(options.write, lines)
    bad = [line_of(result) for result in results if result.outcome in ("differs", "refused", "read") and not result.reason]
    stale = ["\t".join(row) for number, row in enumerate(rows) if not counts[number]]
    print("\nwithout a reason: %d" % len(bad), *bad[:400], sep="\n")
    print("\nreasons without a file: %d" % len(stale), *stale, sep="\n")
    sys.exit(1 if bad or stale else 0)


if __name__ == "__main__":
    main()
