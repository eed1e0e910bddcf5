#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes golden/image/webp-files.json: small WebP files and digests of the colours and the alpha Pillow decodes from them.

Files that Pillow refuses have "refused" in place of digests. Files that it cannot write lie in tools/golden/webp.
Run with the Python that has Pillow: /usr/bin/python3 tools/golden/webp.py [--out DIR]
"""
import argparse
import base64
import hashlib
import io
import json
import pathlib
import struct

import numpy as np
import PIL
from image import VARIANT, exif, noise, saved, smooth
from PIL import Image, ImageOps


def chunk(kind, data):
    return kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) & 1)


def chunks(file):
    """The chunks of a file: kind and data."""
    at, found = 12, []
    while at < len(file):
        length = struct.unpack("<I", file[at + 4:at + 8])[0]
        found.append((file[at:at + 4], file[at + 8:at + 8 + length]))
        at += 8 + length + (length & 1)
    return found


def riff(parts):
    body = b"WEBP" + b"".join(chunk(kind, data) for kind, data in parts)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def changed(file, kind, change):
    """The file with the data of its chunks of a kind changed, its lengths mended."""
    return riff([(k, change(data) if k == kind else data) for k, data in chunks(file)])


def webp(array, **options):
    return saved(Image.fromarray(array), "WEBP", **options)


def written():
    for i, (width, height) in enumerate(((1, 1), (2, 1), (1, 2), (3, 3), (16, 16), (17, 15), (15, 33), (33, 18))):
        yield "size-%d-%d" % (width, height), webp(noise(height, width, seed=i), quality=60, method=i % 7)
    for method, quality in enumerate((0, 1, 20, 50, 75, 95, 100)):
        yield "quality-%d" % quality, webp(smooth(37, 45), quality=quality, method=method)
    yield "noise", webp(noise(33, 29), quality=30)
    yield "saturated", webp(np.kron(noise(5, 6, seed=2) // 128 * 255, np.ones((7, 7, 1))).astype(np.uint8), quality=80)
    for quality in (100, 30):
        yield "alpha-%d" % quality, webp(smooth(23, 31, 4), quality=50, alpha_quality=quality, exact=quality == 30)
    for colours in (1, 2, 4, 16, 17, 200):
        yield "palette-%d" % colours, webp(palette(11, 13, colours), lossless=True)
    for method in (0, 3, 6):
        yield "lossless-%d" % method, webp(smooth(34, 41, 4), lossless=True, method=method, quality=100)
    frames = [Image.fromarray(frame(s)) for s in (1, 2)]
    for name, options in (("lossless", {"lossless": True}), ("lossy", {"quality": 60})):
        yield "sticker-" + name, saved(frames[0], "WEBP", save_all=True, append_images=frames[1:], duration=50,
                                       background=(10, 200, 30, 255), **options)


def palette(height, width, colours):
    return noise(1, colours, seed=colours)[0][np.random.RandomState(1).randint(0, colours, (height, width))]


def frame(seed):
    """A few coloured pixels, some half transparent, within transparent ones."""
    canvas = np.zeros((16, 24, 4), dtype=np.uint8)
    canvas[4:12, 2:10] = noise(8, 8, 4, seed)
    canvas[4:12, 2:10, 3] |= 1
    return canvas


def made():
    """Files as no encoder writes them."""
    turned = webp(noise(7, 9), lossless=True, exif=exif(6))
    without = changed(turned, b"VP8X", lambda data: bytes([data[0] & ~8]) + data[1:])
    yield "exif-not-announced", without
    yield "exif-after-simple", riff([p for p in chunks(turned) if p[0] != b"VP8X"])
    yield "alpha-not-announced", changed(
        webp(smooth(9, 11, 4), quality=50), b"VP8X", lambda data: bytes([data[0] & ~16]) + data[1:])
    yield "unknown-chunk", riff(chunks(turned) + [(b"ABCD", b"123")])
    lossy = webp(smooth(40, 52), quality=70)
    for percent in (3, 12, 50, 90, 99):
        yield "lossy-cut-%d" % percent, changed(lossy, b"VP8 ", lambda data: data[:len(data) * percent // 100])
    lossless = webp(smooth(40, 33), lossless=True)
    for percent in (12, 90, 99):
        yield "lossless-cut-%d" % percent, changed(lossless, b"VP8L", lambda data: data[:len(data) * percent // 100])
    alpha = webp(smooth(40, 33, 4), quality=50)
    yield "alpha-cut", changed(alpha, b"ALPH", lambda data: data[:len(data) // 2])
    yield "without-last-byte", lossy[:-1]
    yield "bytes-behind-the-end", lossy + b"12345"
    yield "a-few-bytes-in-place-of-a-chunk", b"RIFF" + struct.pack("<I", len(lossy) - 8 + 4) + lossy[8:] + b"1234"
    yield "empty-riff", b"RIFF\4\0\0\0WEBP" + lossy[12:]
    yield "first-chunk-unknown", riff([(b"ABCD", b"12")] + chunks(lossy))
    yield "two-images", riff(chunks(alpha) + [chunks(alpha)[-1]])
    yield "alpha-behind-image", riff([chunks(alpha)[i] for i in (0, 2, 1)])
    yield "alpha-alone", riff([p for p in chunks(alpha) if p[0] != b"VP8 "])
    yield "no-image", riff([chunks(alpha)[0]])
    yield "canvas-larger-than-image", changed(alpha, b"VP8X", lambda data: data[:4] + b"\x50" + data[5:])
    yield "no-key-frame", changed(lossy, b"VP8 ", lambda data: bytes([data[0] | 1]) + data[1:])
    sticker = dict(written())["sticker-lossy"]
    yield "frame-beyond-canvas", changed(sticker, b"ANMF", lambda data: b"\xff" + data[1:])
    yield "frames-not-announced", changed(sticker, b"VP8X", lambda data: bytes([data[0] & ~2]) + data[1:])


def expected(data):
    try:
        image = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
        rgb = image.convert("RGB")
    except (OSError, SyntaxError, EOFError):
        return {"refused": True}
    alpha = image.getchannel("A").tobytes() if image.mode == "RGBA" else b"\xff" * (rgb.width * rgb.height)
    return {"mode": image.mode, "width": rgb.width, "height": rgb.height,
            "rgb_sha256": hashlib.sha256(rgb.tobytes()).hexdigest(),
            "alpha_sha256": hashlib.sha256(alpha).hexdigest()}


def main():
    root = pathlib.Path(__file__).resolve().parents[2]
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=pathlib.Path, default=root / "golden")
    out = parser.parse_args().out / "image"
    out.mkdir(parents=True, exist_ok=True)
    files = [(path.stem, path.read_bytes()) for path in sorted((root / "tools/golden/webp").glob("*.webp"))]
    files += list(written()) + list(made())
    cases = [{"name": name, "file": base64.b64encode(data).decode()} | expected(data) for name, data in files]
    document = {"oracle": {"name": "Pillow", "version": PIL.__version__, "variant": VARIANT}, "cases": cases}
    (out / "webp-files.json").write_text(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    main()
