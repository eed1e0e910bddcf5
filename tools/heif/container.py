# SPDX-License-Identifier: Apache-2.0
"""Takes the compressed picture out of a HEIC or AVIF file, and puts such pictures into containers with any boxes."""
import struct


def box(kind, content):
    return struct.pack(">I", 8 + len(content)) + kind.encode() + content


def full(kind, content, version=0, flags=0):
    return box(kind, struct.pack(">I", version << 24 | flags) + content)


def boxes(data, start=0, end=None):
    """Type, start of content and end of every box in a row."""
    end = len(data) if end is None else end
    while start + 8 <= end:
        size, = struct.unpack_from(">I", data, start)
        head = 8
        if size == 1:
            size, = struct.unpack_from(">Q", data, start + 8)
            head = 16
        size = size or end - start
        yield data[start + 4:start + 8].decode("latin1"), start + head, start + size
        start += size


def find(data, *path):
    """Start and end of the content of the first box of a path such as meta, iprp, ipco."""
    start, end = 0, len(data)
    for kind in path:
        start, end = next((a, b) for k, a, b in boxes(data, start, end) if k == kind)
        start += 4 if kind in ("meta", "iref") else 0
    return start, end


def without_remarks(data):
    """HEVC units without those in which x265 writes its options, which are longer than a small picture."""
    kept, at = b"", 0
    while at < len(data):
        end = at + 4 + struct.unpack_from(">I", data, at)[0]
        if data[at + 4] >> 1 & 0x3F != 39:
            kept += data[at:end]
        at = end
    return kept


class Picture:
    """The primary picture of a file written by pillow-heif, Pillow, imagecodecs or heif-enc: one item without a grid."""

    def __init__(self, data):
        start, end = find(data, "meta")
        parts = {k: data[a:b] for k, a, b in boxes(data, start, end)}
        primary, = struct.unpack_from(">H", parts["pitm"], 4)
        count, = struct.unpack_from(">H", parts["iinf"], 4)
        for _, a, _ in boxes(parts["iinf"], 6):
            if struct.unpack_from(">H", parts["iinf"], a + 4)[0] == primary:
                self.kind = parts["iinf"][a + 8:a + 12].decode()
        self.data = self._extent(data, parts["iloc"], primary)
        if self.kind == "hvc1":
            self.data = without_remarks(self.data)
        ipco_start, ipco_end = find(data, "meta", "iprp", "ipco")
        properties = [(k, data[a:b]) for k, a, b in boxes(data, ipco_start, ipco_end)]
        own = self._associations(data, primary)
        self.properties = [properties[i - 1] for i in own]
        self.width, self.height = struct.unpack_from(">II", self.get("ispe"), 4)
        self.config = box("hvcC" if self.kind == "hvc1" else "av1C", self.get("hvcC" if self.kind == "hvc1" else "av1C"))

    def get(self, kind):
        return next(content for k, content in self.properties if k == kind)

    @staticmethod
    def _extent(data, iloc, item):
        version = iloc[0]
        sizes, = struct.unpack_from(">H", iloc, 4)
        widths = [sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15, sizes & 15 if version else 0]
        at = 6 + (4 if version == 2 else 2)
        count = int.from_bytes(iloc[6:at], "big")

        def number(size):
            nonlocal at
            at += size
            return int.from_bytes(iloc[at - size:at], "big")

        for _ in range(count):
            this = number(4 if version == 2 else 2)
            assert version == 0 or number(2) == 0, "expected data in the file"
            number(2)
            base = number(widths[2])
            found = b""
            for _ in range(number(2)):
                number(widths[3])
                offset, length = number(widths[0]), number(widths[1])
                found += data[base + offset:base + offset + length]
            if this == item:
                return found
        raise ValueError("no such item")

    @staticmethod
    def _associations(data, item):
        start, end = find(data, "meta", "iprp", "ipma")
        version, wide = data[start], data[start + 3] & 1
        at = start + 8
        for _ in range(struct.unpack_from(">I", data, start + 4)[0]):
            this, = struct.unpack_from(">I" if version else ">H", data, at)
            at += 4 if version else 2
            count = data[at]
            at += 1
            width = 2 if wide else 1
            own = [int.from_bytes(data[at + i * width:at + (i + 1) * width], "big") & (0x7FFF if wide else 0x7F)
                   for i in range(count)]
            at += count * width
            if this == item:
                return own
        raise ValueError("no such item")

    def ispe(self, width=None, height=None):
        return ispe(width or self.width, height or self.height)

    def item(self, *properties, hidden=False, size=None):
        return Item(self.kind, self.data, [self.config, ispe(*(size or (self.width, self.height))), *properties], hidden=hidden)


class Item:
    """An item of a container to be written; `refers` are pairs of a type of reference and a list of ids."""

    def __init__(self, kind, data, properties, refers=(), hidden=False, inside=False):
        self.kind, self.data, self.properties = kind, data, list(properties)
        self.refers, self.hidden, self.inside = list(refers), hidden, inside
        self.media = b""  # of items of kind "mime", their media type


def ispe(width, height):
    return full("ispe", struct.pack(">II", width, height))


def irot(quarters):
    return box("irot", bytes([quarters]))


def imir(axis):
    return box("imir", bytes([axis]))


def clap(width, height, right=(0, 1), down=(0, 1)):
    fraction = lambda f: f if isinstance(f, tuple) else (f, 1)
    return box("clap", b"".join(struct.pack(">iI", *fraction(f)) for f in (width, height, right, down)))


def nclx(primaries, transfer, matrix, full_range):
    return box("colr", b"nclx" + struct.pack(">HHHB", primaries, transfer, matrix, 0x80 if full_range else 0))


def icc(profile):
    return box("colr", b"prof" + profile)


def auxc(urn):
    return full("auxC", urn.encode() + b"\0")


def grid(rows, columns, width, height, tiles, *properties):
    return Item("grid", struct.pack(">BBBBHH", 0, 0, rows - 1, columns - 1, width, height),
                [ispe(width, height), *properties], [("dimg", tiles)], inside=True)


def exif(data, of=1):
    return Item("Exif", struct.pack(">I", 0) + data, [], [("cdsc", [of])])


def xmp(text, of=1):
    item = Item("mime", text, [], [("cdsc", [of])])
    item.media = b"application/rdf+xml\0"
    return item


def iden(source, *properties):
    return Item("iden", b"", properties, [("dimg", [source])], inside=True)


def write(items, brand="heic", compatible=("mif1", "heic"), primary=1, extents=1, before_mdat=b""):
    """A file of items, numbered from 1."""
    items = list(items)
    ftyp = box("ftyp", brand.encode() + b"\0\0\0\0" + "".join(compatible).encode())
    infes = b"".join(full("infe", struct.pack(">HH", i, 0) + it.kind.encode() + b"\0" + it.media, 2, 1 if it.hidden else 0)
                     for i, it in enumerate(items, 1))
    properties, associations = [], b""
    for i, it in enumerate(items, 1):
        if it.properties:
            for p in it.properties:
                if p not in properties:
                    properties.append(p)
            indices = bytes(0x80 | properties.index(p) + 1 for p in it.properties)
            associations += struct.pack(">HB", i, len(indices)) + indices
    described = sum(1 for it in items if it.properties)
    iprp = box("iprp", box("ipco", b"".join(properties)) + full("ipma", struct.pack(">I", described) + associations))
    idat = b"".join(it.data for it in items if it.inside)
    references = b"".join(box(kind, struct.pack(">HH", i, len(to)) + struct.pack(f">{len(to)}H", *to))
                          for i, it in enumerate(items, 1) for kind, to in it.refers)

    def meta(start):
        locations, at, within = b"", start, 0
        for i, it in enumerate(items, 1):
            pieces = 1 if it.inside else extents
            locations += struct.pack(">HHHH", i, 1 if it.inside else 0, 0, pieces)
            for piece in range(pieces):
                length = len(it.data) // pieces + (len(it.data) % pieces if piece == pieces - 1 else 0)
                locations += struct.pack(">II", within if it.inside else at, length)
                if it.inside:
                    within += length
                else:
                    at += length
        return full("meta", full("hdlr", struct.pack(">I4s", 0, b"pict") + bytes(13))
                    + full("pitm", struct.pack(">H", primary))
                    + full("iinf", struct.pack(">H", len(items)) + infes)
                    + (full("iref", references) if references else b"")
                    + iprp + (box("idat", idat) if idat else b"")
                    + full("iloc", struct.pack(">HH", 0x4400, len(items)) + locations, 1))

    start = len(ftyp) + len(meta(0)) + len(before_mdat) + 8
    return ftyp + meta(start) + before_mdat + box("mdat", b"".join(it.data for it in items if not it.inside))
