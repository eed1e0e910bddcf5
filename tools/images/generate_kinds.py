#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes image files of every kind: TIFF, PNG, GIF, BMP and JPEG in all modes, sizes, orders and orientations.

Run: python tools/images/generate_kinds.py DIR [--seed 1] (Python with the packages of tools/images/requirements.txt)
The same seed gives the same files. What the decoders make of them is compared by the command of docs/images.md.
"""
import argparse
import io
import itertools
import pathlib
import struct
import zlib

import numpy as np
from PIL import Image


class Writer:
    def __init__(self, folder, seed):
        self.folder = folder
        self.random = np.random.RandomState(seed)
        self.count = 0

    def put(self, name, data):
        (self.folder / name).write_bytes(data)
        self.count += 1

    def noise(self, shape, kind="u1"):
        """Whole numbers of a kind, all bits used; fractions around what 8 bits hold."""
        if np.dtype(kind).kind == "f":
            return (self.random.uniform(-40, 320, shape)).astype(kind)
        info = np.iinfo(kind)
        return self.random.randint(info.min, info.max, shape, dtype=np.int64).astype(kind)

    def picture(self, height, width, channels):
        """Gradients, edges and a little noise, as photographs have them."""
        y, x = np.mgrid[0:height, 0:width].astype(float)
        a, b, c = self.random.uniform(2, 9, 3)
        planes = [
            127 + 100 * np.sin(x / a) * np.cos(y / b),
            255 * x / max(1, width - 1),
            np.where((x - width / 2) ** 2 + (y - height / c) ** 2 < (height / 3) ** 2, 220, 40),
            255 * y / max(1, height - 1),
        ]
        image = np.stack(planes[:channels], axis=-1) + self.random.normal(0, 4, (height, width, channels))
        image = image.clip(0, 255).astype("u1")
        return image[..., 0] if channels == 1 else image

    def size(self):
        return int(self.random.randint(1, 70)), int(self.random.randint(1, 70))


def exif(orientation, big=False):
    order = ">" if big else "<"
    return ((b"MM\0*" if big else b"II*\0")
            + struct.pack(order + "IHHHIHHI", 8, 1, 0x112, 3, 1, orientation, 0, 0))


def xmp(orientation, attribute):
    tag = ('<rdf:Description tiff:Orientation="%d"/>' if attribute
           else "<rdf:Description><tiff:Orientation>%d</tiff:Orientation></rdf:Description>") % orientation
    return ('<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF>%s</rdf:RDF></x:xmpmeta>' % tag).encode()


# ---------------------------------------------------------------------------------------------------------------- PNG


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def packed(samples, depth):
    """Rows of samples as PNG, TIFF and BMP pack them: the first in the highest bits."""
    if depth == 16:
        return [r.astype(">u2").tobytes() for r in samples]
    if depth == 8:
        return [r.astype("u1").tobytes() for r in samples]
    bits = ((samples[..., None] >> np.arange(depth - 1, -1, -1)) & 1).astype("u1")
    return [np.packbits(r.ravel()).tobytes() for r in bits]


def filtered(rows, step, random):
    """Each row by a filter of its own."""
    above = bytes(len(rows[0])) if rows else b""
    out = b""
    for row in rows:
        kind = int(random.randint(0, 5))
        line = bytearray()
        for i, value in enumerate(row):
            left = row[i - step] if i >= step else 0
            up = above[i]
            corner = above[i - step] if i >= step else 0
            base = left + up - corner
            near = min((left, up, corner), key=lambda p: (abs(base - p), (left, up, corner).index(p)))
            guess = (0, left, up, (left + up) // 2, near)[kind]
            line.append((value - guess) & 255)
        out += bytes([kind]) + bytes(line)
        above = row
    return out


def png(w, samples, depth, colour, interlace, before=(), after=()):
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
    height, width = samples.shape[:2]
    passes = [(0, 0, 1, 1)]
    if interlace:
        passes = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]
    raw = b""
    for y0, x0, dy, dx in passes:
        part = samples[y0::dy, x0::dx]
        if part.shape[0] and part.shape[1]:
            raw += filtered(packed(part.reshape(part.shape[0], -1), depth), max(1, depth * channels // 8), w.random)
    data = zlib.compress(raw)
    cut = int(w.random.randint(0, len(data)))
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlace)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + b"".join(before)
            + chunk(b"IDAT", data[:cut]) + chunk(b"IDAT", data[cut:]) + b"".join(after) + chunk(b"IEND", b""))


def write_png(w):
    kinds = [(1, 0), (2, 0), (4, 0), (8, 0), (16, 0), (8, 2), (16, 2), (1, 3), (2, 3), (4, 3), (8, 3), (8, 4), (16, 4),
             (8, 6), (16, 6)]
    for (depth, colour), interlace, transparent, turn in itertools.product(kinds, (0, 1), (False, True), range(4)):
        channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
        height, width = w.size()
        samples = w.random.randint(0, 1 << depth, (height, width, channels))
        before = []
        if colour == 3:
            entries = 1 << depth if turn % 2 == 0 else max(1, (1 << depth) * 3 // 4)
            before.append(chunk(b"PLTE", w.noise(3 * entries).tobytes()))
        if transparent and colour in (0, 2, 3):
            value = (w.noise(2 if colour == 3 else 1).tobytes() if colour == 3
                     else samples[0, 0].astype(">u2").tobytes())
            before.append(chunk(b"tRNS", value))
        w.put("png-%d-%d-%s%s-%d.png" % (colour, depth, "adam7" if interlace else "plain",
                                          "-trns" if transparent else "", turn),
              png(w, samples, depth, colour, interlace, before))
    raw = "\nexif\n%8d\n%s\n"
    for orientation in range(0, 10):
        data = exif(orientation, big=orientation % 2 == 0)
        text = (raw % (len(data), "\n".join(data.hex()[i:i + 72] for i in range(0, len(data.hex()), 72)))).encode()
        said = {
            "exif": chunk(b"eXIf", data),
            "text": chunk(b"tEXt", b"Raw profile type exif\0" + text),
            "ztxt": chunk(b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(text)),
            "itxt": chunk(b"iTXt", b"Raw profile type exif\0\0\0\0\0" + text),
            "itxtz": chunk(b"iTXt", b"Raw profile type exif\0\1\0\0\0" + zlib.compress(text)),
            "xmp": chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + xmp(orientation % 10, orientation % 2 == 0)),
            "xmpz": chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(xmp(orientation % 10, True))),
            "both": chunk(b"eXIf", data) + chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + xmp(3, True)),
        }
        for name, one in said.items():
            height, width = w.size()
            samples = w.noise((height, width, 3))
            late = orientation % 3 == 0
            w.put("png-turned-%s-%d.png" % (name, orientation),
                  png(w, samples, 8, 2, 0, () if late else (one,), (one,) if late else ()))


# --------------------------------------------------------------------------------------------------------------- TIFF

CODES = {1: 1, 2: 1, 3: 2, 4: 4, 7: 1, 12: 8}


def tiff(fields, segments, order="<", big=False):
    """A TIFF of these fields; StripOffsets or TileOffsets (the key "at") and the counts are filled in."""
    fields = dict(fields)
    tiled = 322 in fields
    where, counts = (324, 325) if tiled else (273, 279)
    header = 16 if big else 8
    entry, word, wide = (20, "Q", 8) if big else (12, "I", 4)
    fields[where] = (4, [0] * len(segments))
    fields[counts] = (4, [len(s) for s in segments])
    start = header
    at = []
    for one in segments:
        at.append(start)
        start += len(one) + len(one) % 2
    fields[where] = (4, at)
    directory = start
    extra_at = directory + (8 if big else 2) + entry * len(fields) + wide
    body, extra = b"", b""
    formats = {1: "B", 3: "H", 4: "I", 7: "B", 12: "d", 8: "h", 11: "f"}
    for tag in sorted(fields):
        kind, values = fields[tag]
        if kind == 5:
            data = b"".join(struct.pack(order + "II", int(v * 1000), 1000) for v in values)
        else:
            data = struct.pack("%s%d%s" % (order, len(values), formats[kind]), *values)
        body += struct.pack(order + "HH" + word, tag, kind, len(values))
        if len(data) <= wide:
            body += data.ljust(wide, b"\0")
        else:
            body += struct.pack(order + word, extra_at + len(extra))
            extra += data + b"\0" * (len(data) % 2)
    mark = (b"II" if order == "<" else b"MM")
    head = (mark + struct.pack(order + "HHHQ", 43, 8, 0, directory) if big
            else mark + struct.pack(order + "HI", 42, directory))
    out = head + b"".join(s + b"\0" * (len(s) % 2) for s in segments)
    return (out + struct.pack(order + ("Q" if big else "H"), len(fields)) + body
            + struct.pack(order + word, 0) + extra)


def flipped(data):
    return bytes(int("{:08b}".format(b)[::-1], 2) for b in data)


def packbits(data):
    out = b""
    for i in range(0, len(data), 100):
        part = data[i:i + 100]
        if len(set(part)) == 1 and len(part) > 1:
            out += bytes([257 - len(part)]) + part[:1]
        else:
            out += bytes([len(part) - 1]) + part
    return out


def write_tiff_small(w):
    """Bits, orders, fill orders and what zero means."""
    for bits, photometric, order, fill, packing, big in itertools.product(
            (1, 2, 4, 8), (0, 1, 3), "<>", (1, 2), (1, 8, 32773), (False, True)):
        if big and fill == 2:
            continue
        height, width = w.size()
        rows = packed(w.random.randint(0, 1 << bits, (height, width)), bits)
        per = int(w.random.randint(1, height + 1))
        parts = [b"".join(rows[i:i + per]) for i in range(0, height, per)]
        parts = [zlib.compress(p) if packing == 8 else packbits(p) if packing == 32773 else p for p in parts]
        if fill == 2:
            parts = [flipped(p) for p in parts]
        fields = {256: (3, [width]), 257: (3, [height]), 258: (3, [bits]), 259: (3, [packing]),
                  262: (3, [photometric]), 266: (3, [fill]), 277: (3, [1]), 278: (4, [per])}
        if photometric == 3:
            fields[320] = (3, list(map(int, w.noise(3 << bits, "u2"))))
        w.put("tiff-%d-bits-%d-%s-fill%d-%d%s.tif" % (bits, photometric, "le" if order == "<" else "be", fill, packing,
                                                       "-big" if big else ""), tiff(fields, parts, order, big))


def write_tiff_orientation(w):
    for orientation, kind in itertools.product(range(0, 10), ("tag", "xmp", "tag-deflate")):
        height, width = w.size()
        data = w.noise((height, width, 3)).tobytes()
        deflate = kind == "tag-deflate"
        fields = {256: (3, [width]), 257: (3, [height]), 258: (3, [8, 8, 8]), 259: (3, [8 if deflate else 1]),
                  262: (3, [2]), 277: (3, [3]), 278: (3, [height])}
        if kind == "xmp":
            fields[700] = (1, list(xmp(orientation % 10, True)))
        else:
            fields[274] = (3, [orientation])
        w.put("tiff-turned-%s-%d.tif" % (kind, orientation), tiff(fields, [zlib.compress(data) if deflate else data]))


def write_tiff_fax(w):
    for packing in ("tiff_ccitt", "group3", "group4"):
        for i in range(8):
            height, width = w.size()
            width *= 1 + 40 * (i % 2)
            bits = w.random.uniform(size=(height, width)) < (0.5, 0.05)[i % 2]
            out = io.BytesIO()
            try:
                Image.fromarray(bits).save(out, "TIFF", compression=packing,
                                           tiffinfo={292: i % 8 // 4} if packing == "group3" else {})
            except (OSError, KeyError):
                continue
            w.put("tiff-%s-%d.tif" % (packing, i), out.getvalue())


def written(w, name, array, **options):
    import tifffile  # only here, so that tools/golden can use the rest

    out = io.BytesIO()
    try:
        tifffile.imwrite(out, array, **options)
    except Exception as e:  # what tifffile or a codec does not write is not generated
        print("not written: %s (%s)" % (name, e))
        return
    w.put("tiff-%s.tif" % name, out.getvalue())


def write_tiff_modes(w):
    modes = {
        "grey": dict(channels=1, photometric="minisblack"), "negative": dict(channels=1, photometric="miniswhite"),
        "grey-x": dict(channels=2, photometric="minisblack", extrasamples=["unspecified"]),
        "grey-alpha": dict(channels=2, photometric="minisblack", extrasamples=["unassalpha"]),
        "rgb": dict(channels=3, photometric="rgb"), "rgbx": dict(channels=4, photometric="rgb", extrasamples=["unspecified"]),
        "rgba": dict(channels=4, photometric="rgb", extrasamples=["unassalpha"]),
        "rgb-premultiplied": dict(channels=4, photometric="rgb", extrasamples=["assocalpha"]),
        "rgbxx": dict(channels=5, photometric="rgb", extrasamples=["unspecified"] * 2),
        "cmyk": dict(channels=4, photometric="separated"),
        "cmykx": dict(channels=5, photometric="separated", extrasamples=["unspecified"]),
    }
    packings = (None, "zlib", "lzw", "packbits", "lzma")
    for (name, mode), kind, planar, packing, tiled, order in itertools.product(
            modes.items(), ("u1", "u2"), ("contig", "separate"), packings, (None, (16, 32)), "<>"):
        if w.random.uniform() < 0.35:
            continue
        options = dict(mode)
        channels = options.pop("channels")
        height, width = w.size()
        array = w.noise((height, width, channels) if channels > 1 else (height, width), kind)
        if channels > 1:
            options["planarconfig"] = planar
            if planar == "separate":
                array = np.moveaxis(array, -1, 0).copy()
        elif planar == "separate":
            continue
        predictor = packing in ("zlib", "lzw", "lzma") and w.random.uniform() < 0.5
        rows = None if tiled else int(w.random.randint(1, height + 1))
        written(w, "%s-%s-%s-%s%s-%s%s" % (name, kind, planar, packing, "-diff" if predictor else "",
                                           "tiles" if tiled else "strips", "-be" if order == ">" else ""), array,
                compression=packing, predictor=predictor, tile=tiled, rowsperstrip=rows, byteorder=order,
                metadata=None, **options)


def write_tiff_numbers(w):
    for kind, packing, order, predictor, tiled in itertools.product(
            ("i1", "i2", "i4", "u4", "f4", "f2", "f8"), (None, "zlib", "lzw"), "<>", (False, True), (None, (16, 16))):
        if predictor and packing is None:
            continue
        written(w, "grey-%s-%s%s-%s%s" % (kind, packing, "-diff" if predictor else "", "tiles" if tiled else "strips",
                                          "-be" if order == ">" else ""), w.noise(w.size(), kind),
                photometric="minisblack", compression=packing, predictor=predictor, byteorder=order, tile=tiled,
                metadata=None)


def write_tiff_jpeg(w):
    for (channels, colours), subsampling, tiled, quality in itertools.product(
            ((1, "minisblack"), (3, "rgb"), (3, "ycbcr"), (4, "separated")), ((1, 1), (2, 1), (2, 2), (4, 1)),
            (None, (32, 64)), (30, 90)):
        if colours != "ycbcr" and subsampling != (1, 1):
            continue
        height, width = (int(v) + 16 for v in w.size())
        options = dict(subsampling=subsampling) if colours == "ycbcr" else {}
        written(w, "jpeg-%s-%d%d-%s-%d" % (colours, *subsampling, "tiles" if tiled else "strips", quality),
                w.picture(height, width, channels), photometric="rgb" if colours == "ycbcr" else colours,
                compression="jpeg",
                compressionargs=dict(level=quality),
                tile=tiled, rowsperstrip=None if tiled else 16, metadata=None, **options)


def write_tiff_ycbcr(w):
    for across, down, packing, order in itertools.product((1, 2, 4), (1, 2, 4), (1, 8), "<>"):
        if packing == 1 and (across, down) != (1, 1) or (across, down) == (1, 4):
            continue
        height, width = w.size()
        if (across, down) == (4, 4):
            width = (width + 7) // 8 * 8  # libtiff loses the end of strips of an odd number of such blocks
        blocks = -(-width // across) * -(-height // down)
        data = w.noise(blocks * (across * down + 2)).tobytes()
        fields = {256: (3, [width]), 257: (3, [height]), 258: (3, [8, 8, 8]), 259: (3, [packing]), 262: (3, [6]),
                  277: (3, [3]), 278: (3, [height]), 530: (3, [across, down])}
        if order == ">":
            fields[529] = (5, [0.2126, 0.7152, 0.0722])
            fields[532] = (5, [16, 235, 128, 240, 128, 240])
        w.put("tiff-ycbcr-%d%d-%d-%s.tif" % (across, down, packing, "le" if order == "<" else "be"),
              tiff(fields, [zlib.compress(data) if packing == 8 else data], order))


# ---------------------------------------------------------------------------------------------------------------- BMP


def write_bmp(w):
    for bits, header, down, colours in itertools.product((1, 4, 8, 16, 24, 32), (12, 40, 52, 56, 64, 108, 124),
                                                         (False, True), (0, 1)):
        if header == 12 and (bits in (16, 32) or down):
            continue
        height, width = w.size()
        row = (width * bits + 31) // 32 * 4
        if bits <= 8:
            rows = [r.ljust(row, b"\0") for r in packed(w.random.randint(0, 1 << bits, (height, width)), bits)]
        else:
            rows = [w.noise(row).tobytes() for _ in range(height)]
        used = (1 << bits) - (colours if bits in (4, 8) and header != 12 else 0) if bits <= 8 else 0
        palette = w.noise((used, 3 if header == 12 else 4)).tobytes()
        masks = []
        if bits == 16 and header != 64:
            masks = [[], [0xF800, 0x7E0, 0x1F, 0]][colours]
        if bits == 32 and header != 64:
            masks = [[], [0xFF000000, 0xFF0000, 0xFF00, 0] if header < 56 else [0xFF, 0xFF00, 0xFF0000, 0xFF000000]][colours]
        behind = struct.pack("<3I", *masks[:3]) if masks and header == 40 else b""
        if header == 12:
            info = struct.pack("<IHHHH", 12, width, height, 1, bits)
        else:
            info = struct.pack("<IiiHHIIiiII", header, width, -height if down else height, 1, bits,
                               3 if masks else 0, row * height, 2835, 2835, used if colours else 0, 0)
            if header > 40:
                info += struct.pack("<4I", *(masks or [0] * 4))[:header - 40]
            info = info.ljust(header, b"\0")
        at = 14 + len(info) + len(behind) + len(palette)
        body = b"".join(rows)
        w.put("bmp-%d-header%d%s-%d.bmp" % (bits, header, "-down" if down else "", colours),
              struct.pack("<2sIHHI", b"BM", at + len(body), 0, 0, at) + info + behind + palette + body)


def write_bmp_runs(w):
    for nibbles, i in itertools.product((False, True), range(20)):
        height, width = w.size()
        width += 4
        runs = b""
        for y in range(height):
            x = 0
            while x < width:
                left = width - x
                kind = w.random.randint(0, 3)
                if kind == 0 and left >= 3:
                    n = int(w.random.randint(3, min(left, 200) + 1))
                    body = w.noise((n + 1) // 2 if nibbles else n).tobytes()
                    runs += bytes([0, n]) + body + b"\0" * (len(body) % 2)
                elif kind == 1 and i % 4 == 3 and left > 1:
                    n = int(w.random.randint(1, left))
                    runs += bytes([0, 2, n, 0])
                else:
                    n = int(w.random.randint(1, min(left, 200) + 1))
                    runs += bytes([n]) + w.noise(1).tobytes()
                x += n
            runs += b"\0\0"
        runs += b"\0\1"
        bits = 4 if nibbles else 8
        palette = w.noise((1 << bits, 4)).tobytes()
        at = 54 + len(palette)
        w.put("bmp-rle%d-%d.bmp" % (bits, i), struct.pack("<2sIHHI", b"BM", at + len(runs), 0, 0, at)
              + struct.pack("<IiiHHIIiiII", 40, width, height, 1, bits, 2 if nibbles else 1, len(runs), 0, 0, 0, 0)
              + palette + runs)


# ----------------------------------------------------------------------------------------------------------- GIF, JPEG


def write_gif(w):
    for interlaced, transparent, local, offset, bits in itertools.product(
            (False, True), (False, True), (False, True), (False, True), (1, 2, 4, 8)):
        height, width = w.size()
        indices = w.random.randint(0, 1 << bits, (height, width)).astype("u1")
        frame = Image.fromarray(indices, "P")
        frame.putpalette(w.noise(3 << bits).tobytes())
        out = io.BytesIO()
        options = {"transparency": int(indices[0, 0])} if transparent else {}
        frame.save(out, "GIF", interlace=int(interlaced), optimize=False, **options)
        data = bytearray(out.getvalue())
        if local:
            size = 3 * (2 << (data[10] & 7))
            table, flags = bytes(data[13:13 + size]), data[10] & 7
            del data[13:13 + size]
            data[10] &= 0x7F
            at = data.index(b"\x2c", 13)
            data[at + 9] |= 0x80 | flags
            data[at + 10:at + 10] = table
        if offset:
            at = data.index(b"\x2c", 13 if local else 13 + 3 * (2 << (data[10] & 7)))
            data[6:10] = struct.pack("<HH", width + 5, height + 3)
            data[at + 1:at + 5] = struct.pack("<HH", 3, 2)
        w.put("gif-%d%s%s%s%s.gif" % (bits, "-interlaced" * interlaced, "-transparent" * transparent,
                                      "-local" * local, "-offset" * offset), bytes(data))


def write_jpeg(w):
    for mode, subsampling, progressive, quality, restart in itertools.product(
            ("L", "RGB", "CMYK"), (0, 1, 2, "4:4:0"), (False, True), (10, 75, 95, 100), (0, 3)):
        if mode == "L" and subsampling != 0:
            continue
        height, width = w.size()
        image = Image.fromarray(w.picture(height, width, {"L": 1, "RGB": 3, "CMYK": 4}[mode]), mode)
        out = io.BytesIO()
        turned = subsampling == "4:4:0"
        image.save(out, "JPEG", quality=quality, subsampling=1 if turned else subsampling, progressive=progressive,
                   restart_marker_blocks=restart)
        data = bytearray(out.getvalue())
        if turned:
            # As many blocks, if the size is one that both ways fill with whole units: another picture, but valid.
            size = (max(height, width) + 15) // 16 * 16
            image = Image.fromarray(w.picture(size, size, len(image.getbands()) if mode != "L" else 1), mode)
            out = io.BytesIO()
            image.save(out, "JPEG", quality=quality, subsampling=1, progressive=progressive)
            data = bytearray(out.getvalue())
            at = data.index(b"\xff\xc2" if progressive else b"\xff\xc0")
            if data[at + 11] != 0x21:
                continue
            data[at + 11] = 0x12
        w.put("jpeg-%s-%s-%d%s%s.jpg" % (mode, str(subsampling).replace(":", ""), quality, "-progressive" * progressive,
                                         "-restart" * (restart > 0)), bytes(data))
    for orientation, how in itertools.product(range(0, 10), ("exif", "exif-be", "xmp", "xmp-element", "both")):
        height, width = w.size()
        out = io.BytesIO()
        options = {}
        if how.startswith("exif") or how == "both":
            options["exif"] = b"Exif\0\0" + exif(orientation, how == "exif-be")
        if how.startswith("xmp") or how == "both":
            options["xmp"] = xmp(6 if how == "both" else orientation % 10, how != "xmp-element")
        Image.fromarray(w.picture(height, width, 3)).save(out, "JPEG", **options)
        w.put("jpeg-turned-%s-%d.jpg" % (how, orientation), out.getvalue())


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    for i, write in enumerate((write_png, write_tiff_small, write_tiff_orientation, write_tiff_fax, write_tiff_modes,
                               write_tiff_numbers, write_tiff_jpeg, write_tiff_ycbcr, write_bmp, write_bmp_runs,
                               write_gif, write_jpeg)):
        w = Writer(arguments.folder, arguments.seed + i)
        write(w)
        print("%-24s %5d files" % (write.__name__[6:], w.count))


if __name__ == "__main__":
    main()
