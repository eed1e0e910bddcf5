#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes golden/image/*.json: small image files and the RGB pixels Pillow decodes from them.

Run with the Python that has Pillow: /usr/bin/python3 tools/golden/image.py [--out DIR]
"""
import argparse
import base64
import io
import json
import lzma
import pathlib
import struct
import sys
import zlib

import numpy as np
import PIL
from PIL import Image, ImageOps

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools/images"))
sys.dont_write_bytecode = True
import generate_kinds as kinds  # noqa: E402

VARIANT = 'ImageOps.exif_transpose(Image.open(file)).convert("RGB"); TIFF without exif_transpose'


def noise(height, width, channels=3, seed=1, dtype=np.uint8):
    high = 256 if dtype == np.uint8 else 65536
    shape = (height, width, channels) if channels > 1 else (height, width)
    return np.random.RandomState(seed).randint(0, high, shape).astype(dtype)


def smooth(height, width, channels=3):
    """A picture with gradients, edges and colour, as a lossy codec sees them in photographs."""
    y, x = np.mgrid[0:height, 0:width].astype(float)
    planes = [
        127 + 100 * np.sin(x / 5.0) * np.cos(y / 7.0),
        255 * x / max(1, width - 1),
        np.where((x - width / 2) ** 2 + (y - height / 2) ** 2 < (height / 3) ** 2, 220, 40),
        255 * y / max(1, height - 1),
    ]
    image = np.stack(planes[:channels], axis=-1).clip(0, 255).astype(np.uint8)
    return image[..., 0] if channels == 1 else image


def saved(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width, height, depth, colour, rows, before=b"", interlace=0):
    """A PNG with unfiltered rows, for the modes Pillow does not write."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlace)
    raw = b"".join(b"\0" + row for row in rows)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + before
            + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b""))


def png16(array, colour):
    return png(array.shape[1], array.shape[0], 16, colour, [r.astype(">u2").tobytes() for r in array])


def png_adam7(array):
    """RGB, 8 bits, interlaced."""
    rows = []
    for y0, x0, dy, dx in ((0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)):
        sub = array[y0::dy, x0::dx]
        if sub.shape[1]:
            rows += [r.tobytes() for r in sub]
    return png(array.shape[1], array.shape[0], 8, 2, rows, interlace=1)


def exif(orientation):
    e = Image.Exif()
    e[0x0112] = orientation
    return e.tobytes()


def bmp16(width, height, masks, values):
    """A 16-bit BMP; masks None is the 5-5-5 default."""
    row = (width * 2 + 3) // 4 * 4
    body = b"".join(struct.pack("<%dH" % width, *values[y]).ljust(row, b"\0") for y in reversed(range(height)))
    extra = b"" if masks is None else struct.pack("<III", *masks)
    offset = 14 + 40 + len(extra)
    return (struct.pack("<2sIHHI", b"BM", offset + len(body), 0, 0, offset)
            + struct.pack("<IiiHHIIiiII", 40, width, height, 1, 16, 0 if masks is None else 3, len(body), 0, 0, 0, 0)
            + extra + body)


def bmp_bytes(header, width, height, bits, down, indices, colours=None, runs=None):
    """A BMP with a palette."""
    row = (width * bits + 31) // 32 * 4
    rows = [] if indices is None else [r.ljust(row, b"\0") for r in kinds.packed(indices, bits)]
    body = runs or b"".join(rows if down else reversed(rows))
    palette = noise(colours or 1 << bits, 3 if header == 12 else 4).tobytes()
    info = (struct.pack("<IHHHH", 12, width, height, 1, bits) if header == 12 else
            struct.pack("<IiiHHIIiiII", header, width, -height if down else height, 1, bits,
                        (2 if bits == 4 else 1) if runs else 0, len(body), 0, 0, colours or 0, 0).ljust(header, b"\0"))
    at = 14 + len(info) + len(palette)
    return struct.pack("<2sIHHI", b"BM", at + len(body), 0, 0, at) + info + palette + body


def gif_small_frame():
    """A 4 x 3 frame at (2, 1) of an 8 x 6 screen."""
    frame = Image.fromarray(noise(3, 4, 1, 5) % 16).convert("P")
    frame.putpalette(list(noise(1, 768, 1, 6)[0]))
    data = bytearray(saved(frame, "GIF"))
    data[6:10] = struct.pack("<HH", 8, 6)
    at = data.index(b"\x2c")
    data[at + 1:at + 5] = struct.pack("<HH", 2, 1)
    return bytes(data)


def jpeg_cases():
    rgb = Image.fromarray(smooth(37, 45))
    cmyk = Image.fromarray(smooth(24, 31, 4), "CMYK")
    yield "rgb_444", saved(rgb, "JPEG", quality=90, subsampling=0)
    yield "rgb_422", saved(rgb, "JPEG", quality=90, subsampling=1)
    yield "rgb_420", saved(rgb, "JPEG", quality=75, subsampling=2)
    yield "noise_420", saved(Image.fromarray(noise(33, 29)), "JPEG", quality=60, subsampling=2)
    yield "progressive", saved(rgb, "JPEG", quality=80, progressive=True)
    yield "restart_optimised", saved(rgb, "JPEG", quality=80, optimize=True)
    yield "grey", saved(Image.fromarray(smooth(20, 23, 1)), "JPEG", quality=85)
    yield "grey_progressive", saved(Image.fromarray(smooth(20, 23, 1)), "JPEG", quality=85, progressive=True)
    yield "cmyk_adobe", saved(cmyk, "JPEG", quality=90)
    yield "one_pixel", saved(Image.fromarray(noise(1, 1)), "JPEG")
    for orientation in range(1, 9):
        yield "exif_orientation_%d" % orientation, saved(
            Image.fromarray(smooth(11, 18)), "JPEG", quality=90, exif=exif(orientation))
    icc = ImageCmsProfile()
    yield "icc_profile_ignored", saved(rgb, "JPEG", quality=90, icc_profile=icc)
    for name, profile in (("empty", b"ICC_PROFILE\0\1\1"), ("gap", b"ICC_PROFILE\0\1\3" + icc[:50])):
        plain = saved(rgb, "JPEG", quality=90)
        yield "icc_profile_" + name, plain[:20] + b"\xff\xe2" + struct.pack(">H", len(profile) + 2) + profile + plain[20:]
    # Same entropy-coded data as cmyk_adobe, Adobe transform 2: the decoder must undo YCCK.
    ycck = bytearray(saved(cmyk, "JPEG", quality=90))
    at = ycck.index(b"Adobe")
    ycck[at + 11] = 2
    yield "ycck_adobe", bytes(ycck)
    # Component ids R, G, B without JFIF and Adobe markers mean RGB.
    plain = bytearray(saved(rgb, "JPEG", quality=90, subsampling=0))
    assert plain[2:4] == b"\xff\xe0"
    del plain[2:4 + struct.unpack(">H", plain[4:6])[0]]
    yield "no_jfif_ycbcr", bytes(plain)
    at = plain.index(b"\xff\xc0")
    for i, c in enumerate(b"RGB"):
        plain[at + 10 + 3 * i] = c
    at = plain.index(b"\xff\xda")
    for i, c in enumerate(b"RGB"):
        plain[at + 5 + 2 * i] = c
    yield "ids_rgb", bytes(plain)


    # Sampling factors exchanged: as many blocks a unit and as many units, so valid data, if another picture.
    for name, subsampling, written, other, size in (
            ("rgb_440", 1, 0x21, 0x12, 48), ("rgb_411", 2, 0x22, 0x41, 64), ("rgb_4x1_luma_1x4", 2, 0x22, 0x14, 64)):
        yield name, sampled(saved(Image.fromarray(smooth(size, size)), "JPEG", quality=90, subsampling=subsampling),
                            written, other)
    yield "grey_sampling_2x2", sampled(saved(Image.fromarray(smooth(20, 23, 1)), "JPEG", quality=85), 0x11, 0x22)
    yield "restart_420", with_restarts(smooth(77, 61), 2, 16)
    yield "restart_444", with_restarts(smooth(90, 21), 0, 8)
    yield "cmyk_420", saved(cmyk, "JPEG", quality=90, subsampling=2)
    yield "cmyk_progressive", saved(cmyk, "JPEG", quality=90, progressive=True)
    yield "progressive_420", saved(Image.fromarray(noise(33, 29)), "JPEG", quality=60, subsampling=2, progressive=True)
    yield "quality_1", saved(Image.fromarray(noise(33, 29)), "JPEG", quality=1)
    yield "quality_100", saved(Image.fromarray(noise(33, 29)), "JPEG", quality=100, subsampling=2)
    yield "two_wide_420", saved(Image.fromarray(noise(9, 2)), "JPEG", quality=90, subsampling=2)
    yield "exif_big_endian_6", saved(
        Image.fromarray(smooth(11, 18)), "JPEG", quality=90,
        exif=b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0")


def sampled(data, written, other):
    """The same file with other sampling factors of its first component."""
    data = bytearray(data)
    at = data.index(b"\xff\xc0") + 11
    assert data[at] == written
    data[at] = other
    return bytes(data)


def with_restarts(array, subsampling, rows):
    """A file with a restart marker after each row of units: strips coded on their own, their scans joined."""
    parts = [saved(Image.fromarray(array[y:y + rows]), "JPEG", quality=85, subsampling=subsampling)
             for y in range(0, array.shape[0], rows)]
    scans = []
    for part in parts:
        at = part.index(b"\xff\xda")
        scans.append(part[at + 2 + struct.unpack(">H", part[at + 2:at + 4])[0]:-2])
    head = bytearray(parts[0][:parts[0].index(b"\xff\xda")])
    at = head.index(b"\xff\xc0")
    head[at + 5:at + 7] = struct.pack(">H", array.shape[0])
    start = parts[0][len(head):]
    start = start[:2 + struct.unpack(">H", start[2:4])[0]]
    head += b"\xff\xdd" + struct.pack(">HH", 4, -(-array.shape[1] // rows)) + start
    for i, scan in enumerate(scans):
        head += (bytes([0xff, 0xd0 + (i - 1) % 8]) if i else b"") + scan
    return bytes(head) + b"\xff\xd9"


def ImageCmsProfile():
    from PIL import ImageCms
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes())
    profile[24:36] = struct.pack(">6H", 2020, 1, 1, 0, 0, 0)  # no clock in a golden file
    return bytes(profile)


def png_cases():
    rgb = Image.fromarray(noise(7, 9))
    rgba = Image.fromarray(noise(7, 9, 4))
    palette = rgb.quantize(11)
    yield "rgb", saved(rgb, "PNG")
    yield "rgba_alpha_dropped", saved(rgba, "PNG")
    yield "palette", saved(palette, "PNG")
    yield "palette_4bit", saved(palette, "PNG", bits=4)
    yield "palette_transparent", saved(palette, "PNG", transparency=3)
    yield "palette_alpha_table", saved(palette, "PNG", transparency=bytes(range(0, 220, 20)))
    yield "grey", saved(Image.fromarray(noise(7, 9, 1)), "PNG")
    yield "grey_transparent", saved(Image.fromarray(noise(7, 9, 1)), "PNG", transparency=7)
    yield "grey_alpha", saved(Image.fromarray(noise(7, 9, 2), "LA"), "PNG")
    yield "one_bit", saved(Image.fromarray((noise(7, 9, 1) > 127)), "PNG")
    yield "grey_2bit", png(8, 3, 2, 0, [bytes([0b00011011, 0b11100100])] * 3)
    yield "grey_4bit", png(4, 2, 4, 0, [bytes([0x0F, 0x37]), bytes([0x84, 0xC1])])
    yield "rgb_transparent", saved(rgb, "PNG", transparency=tuple(int(v) for v in np.asarray(rgb)[2, 3]))
    ramp = np.array([[0, 1, 100, 254, 255, 256], [257, 1000, 30000, 32768, 65280, 65535]], dtype=np.uint16)
    yield "grey16_clipped", png16(ramp, 0)
    yield "rgb16", png16(noise(5, 4, 3, 2, np.uint16), 2)
    yield "grey_alpha16", png16(noise(5, 4, 2, 3, np.uint16), 4)
    yield "rgba16", png16(noise(5, 4, 4, 4, np.uint16), 6)
    yield "interlaced", png_adam7(noise(13, 11))
    yield "gamma_ignored", png(3, 1, 8, 2, [bytes(range(10, 100, 10))], chunk(b"gAMA", struct.pack(">I", 100000)))
    yield "grey_gamma_ignored", png(4, 1, 8, 0, [bytes([1, 60, 128, 250])], chunk(b"gAMA", struct.pack(">I", 100000)))
    yield "icc_profile_ignored", saved(rgb, "PNG", icc_profile=ImageCmsProfile())
    yield "one_pixel", saved(Image.fromarray(noise(1, 1)), "PNG")
    yield "filters", saved(Image.fromarray(smooth(24, 24)), "PNG")
    for orientation in range(1, 9):
        yield "exif_orientation_%d" % orientation, saved(rgb, "PNG", exif=exif(orientation))
    yield "palette_1bit", saved(rgb.quantize(2), "PNG", bits=1)
    yield "palette_2bit", saved(rgb.quantize(4), "PNG", bits=2)
    yield "grey16_transparent", png(3, 2, 16, 0, [bytes([0, 9, 0, 255, 1, 0]), bytes([2, 1, 255, 255, 0, 128])],
                                    chunk(b"tRNS", bytes([0, 9])))
    rows = [r.tobytes() for r in noise(5, 7)]
    data = kinds.exif(6, big=True)
    text = b"\nexif\n%8d\n%s\n" % (len(data), data.hex().encode())
    yield "orientation_in_text", png(7, 5, 8, 2, rows, chunk(b"tEXt", b"Raw profile type exif\0" + text))
    yield "orientation_in_ztxt", png(7, 5, 8, 2, rows,
                                     chunk(b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(text)))
    yield "orientation_in_itxt", png(7, 5, 8, 2, rows, chunk(b"iTXt", b"Raw profile type exif\0\0\0\0\0" + text))
    for name, attribute in (("attribute", True), ("element", False)):
        yield "orientation_in_xmp_" + name, png(
            7, 5, 8, 2, rows, chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + kinds.xmp(8, attribute)))
    yield "orientation_in_exif_before_xmp", png(
        7, 5, 8, 2, rows, chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + kinds.xmp(8, True)) + chunk(b"eXIf", data))


def gif_cases():
    frames = [Image.fromarray(noise(6, 8, 3, s)).quantize(20) for s in (1, 2, 3)]
    yield "palette", saved(frames[0], "GIF")
    yield "animated_first_frame", saved(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=50)
    yield "transparent", saved(frames[0], "GIF", transparency=2)
    yield "interlaced", saved(Image.fromarray(smooth(20, 17)).quantize(64), "GIF", interlace=1)
    yield "grey", saved(Image.fromarray(noise(6, 8, 1)), "GIF")
    yield "small_frame_on_screen", gif_small_frame()
    yield "one_pixel", saved(Image.fromarray(noise(1, 1)).quantize(2), "GIF")


def bmp_cases():
    rgb = Image.fromarray(noise(7, 9))
    yield "rgb", saved(rgb, "BMP")
    yield "palette", saved(rgb.quantize(13), "BMP")
    yield "grey", saved(Image.fromarray(noise(7, 9, 1)), "BMP")
    yield "one_bit", saved(Image.fromarray(noise(7, 9, 1) > 127), "BMP")
    yield "rgba", saved(Image.fromarray(noise(7, 9, 4)), "BMP")
    values = noise(3, 5, 1, 8, np.uint16)
    yield "rgb555", bmp16(5, 3, None, (values & 0x7FFF).tolist())
    yield "rgb565", bmp16(5, 3, (0xF800, 0x07E0, 0x001F), values.tolist())
    yield "os2_palette", bmp_bytes(12, 9, 7, 4, False, noise(7, 9, 1) % 16)
    yield "os2_v2_palette", bmp_bytes(64, 9, 7, 8, False, noise(7, 9, 1))
    yield "top_down_palette", bmp_bytes(40, 9, 7, 8, True, noise(7, 9, 1))
    yield "one_pixel", saved(Image.fromarray(noise(1, 1)), "BMP")


def webp_cases():
    yield "lossless", saved(Image.fromarray(noise(7, 9)), "WEBP", lossless=True)
    yield "lossless_smooth", saved(Image.fromarray(smooth(40, 33)), "WEBP", lossless=True)
    yield "lossless_alpha", saved(Image.fromarray(noise(7, 9, 4)), "WEBP", lossless=True, exact=True)
    for orientation in range(1, 9):
        yield "exif_orientation_%d" % orientation, saved(
            Image.fromarray(noise(7, 9)), "WEBP", lossless=True, exif=exif(orientation))
    yield "lossy", saved(Image.fromarray(smooth(37, 45)), "WEBP", quality=85)
    yield "lossy_low", saved(Image.fromarray(smooth(64, 48)), "WEBP", quality=30)
    yield "lossy_alpha", saved(Image.fromarray(smooth(37, 45, 4)), "WEBP", quality=85)
    yield "lossy_grey", saved(Image.fromarray(np.repeat(smooth(33, 34, 1)[..., None], 3, 2)), "WEBP", quality=85)


def tiff_cases():
    rgb = Image.fromarray(noise(7, 9))
    for compression in ("raw", "tiff_lzw", "tiff_adobe_deflate", "packbits"):
        yield "rgb_" + compression, saved(rgb, "TIFF", compression=compression)
    yield "grey", saved(Image.fromarray(noise(7, 9, 1)), "TIFF")
    yield "grey16_clipped", saved(Image.fromarray(np.array([[0, 9, 255], [256, 999, 65535]], dtype=np.uint16)), "TIFF")
    yield "palette", saved(rgb.quantize(13), "TIFF")
    yield "one_bit", saved(Image.fromarray(noise(7, 9, 1) > 127), "TIFF")
    yield "rgba", saved(Image.fromarray(noise(7, 9, 4)), "TIFF")
    yield "grey_alpha", saved(Image.fromarray(noise(7, 9, 2), "LA"), "TIFF")
    yield "cmyk", saved(Image.fromarray(noise(7, 9, 4), "CMYK"), "TIFF")
    yield "one_pixel", saved(Image.fromarray(noise(1, 1)), "TIFF")
    for orientation in range(1, 9):
        yield "orientation_%d" % orientation, saved(rgb, "TIFF", tiffinfo={0x0112: orientation})
    first, second = Image.fromarray(noise(3, 4, 3, 1)), Image.fromarray(noise(5, 2, 3, 2))
    yield "two_pages_first", saved(first, "TIFF", save_all=True, append_images=[second])
    yield from tiff_kinds()


def page(width, height, bits, photometric, samples, data, order="<", big=False, **fields):
    basic = {256: (3, [width]), 257: (3, [height]), 258: (3, [bits] * samples), 262: (3, [photometric]),
             277: (3, [samples]), 278: (3, [height])}
    basic.update({int(tag[1:]): value for tag, value in fields.items()})
    return kinds.tiff(basic, data, order, big)


def tiff_kinds():
    """What Pillow reads but does not write."""
    four, three = noise(7, 9, 4), noise(7, 9)
    four16 = noise(5, 6, 4, 3, np.uint16)
    yield "rgb_premultiplied", page(9, 7, 8, 2, 4, [four.tobytes()], t338=(3, [1]))
    yield "rgb_premultiplied_16", page(6, 5, 16, 2, 4, [four16.astype(">u2").tobytes()], ">", t338=(3, [1]))
    yield "rgb_premultiplied_apart", page(
        9, 7, 8, 2, 4, [zlib.compress(four[..., c].tobytes()) for c in range(4)], t338=(3, [1]), t284=(3, [2]), t259=(3, [8]))
    yield "rgbx", page(9, 7, 8, 2, 4, [four.tobytes()], t338=(3, [0]))
    yield "rgb16", page(6, 5, 16, 2, 3, [four16[..., :3].tobytes()])
    yield "cmyk16", page(6, 5, 16, 5, 4, [four16.tobytes()])
    yield "cmyk16_deflate", page(6, 5, 16, 5, 4, [zlib.compress(four16.tobytes())], t259=(3, [8]))
    yield "cmyk_jpeg", saved(Image.fromarray(smooth(24, 31, 4), "CMYK"), "TIFF", compression="jpeg")
    yield "ycbcr_jpeg", saved(Image.fromarray(smooth(37, 45)).convert("YCbCr"), "TIFF", compression="jpeg")
    yield "grey_jpeg", saved(Image.fromarray(smooth(24, 31, 1)), "TIFF", compression="jpeg")
    yield "palette_of_16_bits", page(9, 7, 8, 3, 1, [noise(7, 9, 1).tobytes()],
                                     t320=(3, [int(v) for v in noise(1, 768, 1, 4, np.uint16)[0]]))
    for bits in (1, 2, 4):
        for photometric in (0, 1):
            yield "grey_%d_bits_%d" % (bits, photometric), page(
                13, 5, bits, photometric, 1, [b"".join(kinds.packed(noise(5, 13, 1) % (1 << bits), bits))])
    yield "grey_12_bits", page(7, 3, 12, 1, 1, [noise(3, 11, 1).tobytes()])
    yield "bits_from_the_lowest", page(13, 5, 1, 1, 1, [noise(5, 2, 1).tobytes()], t266=(3, [2]))
    yield "signed_16", page(4, 2, 16, 1, 1, [np.array([-9, 0, 7, 254, 255, 256, 999, 32767], "<i2").tobytes()], t339=(3, [2]))
    yield "signed_32", page(4, 2, 32, 1, 1, [np.array([-9, 0, 7, 254, 255, 256, 999, 1 << 30], ">i4").tobytes()], ">",
                            t339=(3, [2]))
    yield "float", page(4, 2, 32, 1, 1, [np.array([-9, 0.4, 7.9, 254.6, 255, 256, 1e9, -1e9], "<f4").tobytes()], t339=(3, [3]))
    for order in "<>":
        differences = np.diff(three.astype(int), axis=1, prepend=0).astype(np.uint8).tobytes()
        yield "differences_" + ("le" if order == "<" else "be"), page(
            9, 7, 8, 2, 3, [zlib.compress(differences)], order, t259=(3, [8]), t317=(3, [2]))
    yield "big", page(9, 7, 8, 2, 3, [three.tobytes()], "<", True)
    yield "differences_of_16", page(6, 5, 16, 1, 1, [zlib.compress(
        np.diff((four16[..., 0] >> 8).astype(int), axis=1, prepend=0).astype(">u2").tobytes())], ">", t259=(3, [8]), t317=(3, [2]))
    tiles = [noise(16, 16, 3, 20 + i).tobytes() for i in range(6)]
    yield "tiles", page(40, 20, 8, 2, 3, tiles, t322=(3, [16]), t323=(3, [16]))
    yield "strips", page(9, 7, 8, 2, 3, [three[i:i + 3].tobytes() for i in (0, 3, 6)], t278=(3, [3]))
    yield "planes", page(9, 7, 8, 2, 3, [three[..., c].tobytes() for c in range(3)], t284=(3, [2]))
    for across, down in ((1, 1), (2, 1), (2, 2), (4, 2)):
        blocks = -(-9 // across) * -(-7 // down)
        yield "ycbcr_%d%d" % (across, down), page(
            9, 7, 8, 6, 3, [zlib.compress(noise(blocks, across * down + 2, 1).tobytes())], t259=(3, [8]),
            t530=(3, [across, down]))
    yield "lzma", page(9, 7, 8, 2, 3, [lzma.compress(three.tobytes())], t259=(3, [34925]))
    for packing in ("tiff_ccitt", "group3", "group4"):
        yield packing, saved(Image.fromarray(smooth(33, 90, 1) > 127), "TIFF", compression=packing)
    yield "group3_differences", saved(Image.fromarray(smooth(33, 90, 1) > 127), "TIFF", compression="group3", tiffinfo={292: 1})


def expected(data):
    image = Image.open(io.BytesIO(data))
    mode = image.mode
    # Loading a TIFF turns it already; exif_transpose would turn it twice.
    upright = image if image.format == "TIFF" else ImageOps.exif_transpose(image)
    rgb = np.asarray(upright.convert("RGB"))
    return mode, rgb


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "golden")
    out = parser.parse_args().out / "image"
    out.mkdir(parents=True, exist_ok=True)
    areas = {"jpeg": jpeg_cases, "png": png_cases, "gif": gif_cases, "bmp": bmp_cases, "webp": webp_cases,
             "tiff": tiff_cases}
    for area, cases in areas.items():
        rows = []
        for name, data in cases():
            mode, rgb = expected(data)
            rows.append({"name": name, "mode": mode, "width": rgb.shape[1], "height": rgb.shape[0],
                         "file": base64.b64encode(data).decode(), "rgb": base64.b64encode(rgb.tobytes()).decode()})
        document = {"oracle": {"name": "Pillow", "version": PIL.__version__, "variant": VARIANT}, "cases": rows}
        (out / (area + ".json")).write_text(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    main()
