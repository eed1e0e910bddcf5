// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.heif;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The container of HEIC and AVIF (ISO/IEC 23008-12): which items it holds, which is the picture to show, where their bytes
 * lie. Memory is bounded by the file's size; nothing is taken on trust.
 */
final class HeifFile {
    /** As libheif limits them. */
    private static final int MOST_ITEMS = 20_000;

    private static final int MOST_EXTENTS = 32;
    private static final int MOST_PROPERTIES = 256;

    private static final Set<String> ALPHA =
            Set.of("urn:mpeg:mpegB:cicp:systems:auxiliary:alpha", "urn:mpeg:hevc:2015:auxid:1");

    private record Extent(long offset, long length) {}

    private record Location(int method, long base, List<Extent> extents) {}

    private final byte[] file;
    private final long primary;
    private final Map<Long, String> types = new LinkedHashMap<>();
    private final Map<Long, Location> locations = new HashMap<>();
    private final Map<Long, List<Long>> sources = new HashMap<>();
    private final Map<Long, List<Long>> multiplied = new HashMap<>();
    private final Map<Long, List<Long>> described = new HashMap<>();
    private final Map<Long, List<Long>> auxiliary = new HashMap<>();
    private final Map<Long, List<Box>> properties = new HashMap<>();
    private final Optional<Box> idat;

    private HeifFile(byte[] file, List<Box> meta) throws DamagedHeifException {
        this.file = file;
        Fields in = Box.require(meta, "pitm").fields();
        primary = id(in, version(in));
        readTypes(Box.require(meta, "iinf"));
        readLocations(Box.require(meta, "iloc"));
        Optional<Box> references = Box.find(meta, "iref");
        if (references.isPresent()) {
            readReferences(references.get());
        }
        readProperties(Box.require(meta, "iprp"));
        idat = Box.find(meta, "idat");
    }

    static HeifFile parse(byte[] file) throws IOException {
        List<Box> boxes = Box.between(file, 0, file.length);
        for (Box box : boxes) {
            if (box.missing() > 0 && (box.type().equals("meta") || box.type().equals("mdat"))) {
                throw new DamagedHeifException("it is truncated (%d of %d bytes)"
                        .formatted(file.length, Math.addExact(file.length, box.missing())));
            }
        }
        Optional<Box> meta = Box.find(boxes, "meta");
        if (meta.isEmpty()) {
            if (Box.find(boxes, "moov").isPresent()) {
                throw new IOException(
                        "it is a film or a sequence of images without a still image; save one frame as an image");
            }
            throw new DamagedHeifException("it has no 'meta' box");
        }
        return new HeifFile(file, meta.get().children(4));
    }

    HeifItem primary() throws DamagedHeifException {
        return item(primary);
    }

    HeifItem item(long id) throws DamagedHeifException {
        String type = types.get(id);
        if (type == null) {
            throw new DamagedHeifException("it has no item %d, which its image is made of".formatted(id));
        }
        List<Long> alpha = multiplied.getOrDefault(id, List.of());
        return new HeifItem(
                id,
                type,
                properties.getOrDefault(id, List.of()),
                sources.getOrDefault(id, List.of()),
                alpha.isEmpty() ? OptionalLong.empty() : OptionalLong.of(alpha.getFirst()));
    }

    /** Whether the primary image has an alpha plane. */
    boolean hasAlpha() throws DamagedHeifException {
        for (Map.Entry<Long, List<Long>> item : auxiliary.entrySet()) {
            if (item.getValue().contains(primary)) {
                Optional<Box> kind = Box.find(properties.getOrDefault(item.getKey(), List.of()), "auxC");
                if (kind.isPresent()) {
                    Fields in = kind.get().fields();
                    version(in);
                    if (ALPHA.contains(in.text())) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /** The bytes of what lies beside the primary image and describes it, of a type that may be a media type; the last of several. */
    Optional<byte[]> describing(String type) throws IOException {
        Optional<byte[]> found = Optional.empty();
        for (Map.Entry<Long, String> item : types.entrySet()) {
            if (item.getValue().equals(type)
                    && described.getOrDefault(item.getKey(), List.of()).contains(primary)) {
                found = Optional.of(data(item(item.getKey())));
            }
        }
        return found;
    }

    /** The bytes of an item, put together from wherever they lie. */
    byte[] data(HeifItem item) throws IOException {
        Location location = locations.get(item.id());
        if (location == null || location.extents.isEmpty()) {
            throw new DamagedHeifException("it says nowhere where its '%s' image lies".formatted(item.type()));
        }
        long from;
        long end;
        switch (location.method) {
            case 0 -> {
                from = 0;
                end = file.length;
            }
            case 1 -> {
                Box box = idat.orElseThrow(() -> new DamagedHeifException("it has no 'idat' box"));
                from = box.from();
                end = box.end();
            }
            default -> throw new IOException("HEIF items that lie inside other items are not read");
        }
        long total = 0;
        for (Extent extent : location.extents) {
            long start = from + location.base + extent.offset;
            if (location.base < 0 || extent.offset < 0 || extent.length < 0 || start < from || start > end) {
                throw outside(item);
            }
            long length = extent.length == 0 ? end - start : extent.length;
            total += length;
            if (length > end - start || total > file.length) {
                throw outside(item);
            }
        }
        byte[] data = new byte[(int) total];
        int at = 0;
        for (Extent extent : location.extents) {
            long start = from + location.base + extent.offset;
            int length = (int) (extent.length == 0 ? end - start : extent.length);
            System.arraycopy(file, (int) start, data, at, length);
            at += length;
        }
        return data;
    }

    private DamagedHeifException outside(HeifItem item) {
        return new DamagedHeifException("it is truncated: its '%s' image lies beyond the end of its %d bytes"
                .formatted(item.type(), file.length));
    }

    private void readTypes(Box iinf) throws DamagedHeifException {
        Fields in = iinf.fields();
        int version = version(in);
        for (Box infe : iinf.children(version == 0 ? 6 : 8)) {
            if (!infe.type().equals("infe")) {
                continue;
            }
            Fields entry = infe.fields();
            int entryVersion = version(entry);
            if (entryVersion < 2) {
                continue;
            }
            long id = id(entry, entryVersion - 2);
            entry.skip(2);
            String type = entry.fourCharacters();
            if (type.equals("mime")) {
                entry.text();
                type = entry.text();
            }
            types.put(id, type);
            requireFew(types.size());
        }
    }

    private void readLocations(Box iloc) throws DamagedHeifException {
        Fields in = iloc.fields();
        int version = version(in);
        int sizes = in.u16();
        int offsetBytes = sizes >> 12;
        int lengthBytes = (sizes >> 8) & 15;
        int baseBytes = (sizes >> 4) & 15;
        int indexBytes = version == 0 ? 0 : sizes & 15;
        long items = version < 2 ? in.u16() : in.u32();
        requireFew(items);
        for (long i = 0; i < items; i++) {
            long id = id(in, version / 2);
            int method = version == 0 ? 0 : in.u16() & 15;
            in.skip(2);
            long base = in.unsigned(baseBytes);
            int count = in.u16();
            if (count > MOST_EXTENTS) {
                throw new DamagedHeifException(
                        "an item of it lies in %d pieces, expected %d at most".formatted(count, MOST_EXTENTS));
            }
            var extents = new ArrayList<Extent>(count);
            for (int e = 0; e < count; e++) {
                in.skip(indexBytes);
                long offset = in.unsigned(offsetBytes);
                extents.add(new Extent(offset, in.unsigned(lengthBytes)));
            }
            locations.putIfAbsent(id, new Location(method, base, extents));
        }
    }

    private void readReferences(Box iref) throws DamagedHeifException {
        Fields in = iref.fields();
        int version = version(in);
        int total = 0;
        for (Box reference : iref.children(4)) {
            Map<Long, List<Long>> into;
            switch (reference.type()) {
                case "dimg" -> into = sources;
                case "prem" -> into = multiplied;
                case "cdsc" -> into = described;
                case "auxl" -> into = auxiliary;
                default -> {
                    continue;
                }
            }
            Fields fields = reference.fields();
            long from = id(fields, version);
            int count = fields.u16();
            total += count;
            requireFew(total);
            var to = new ArrayList<Long>(count);
            for (int i = 0; i < count; i++) {
                to.add(id(fields, version));
            }
            into.putIfAbsent(from, to);
        }
    }

    private void readProperties(Box iprp) throws DamagedHeifException {
        List<Box> boxes = iprp.children(0);
        List<Box> all = Box.require(boxes, "ipco").children(0);
        for (Box ipma : boxes) {
            if (!ipma.type().equals("ipma")) {
                continue;
            }
            Fields in = ipma.fields();
            int version = in.u8();
            in.skip(2);
            boolean wide = (in.u8() & 1) != 0;
            long items = in.u32();
            requireFew(items);
            for (long i = 0; i < items; i++) {
                long id = id(in, version);
                List<Box> own = properties.computeIfAbsent(id, none -> new ArrayList<>());
                for (int left = in.u8(); left > 0; left--) {
                    int index = wide ? in.u16() & 0x7FFF : in.u8() & 0x7F;
                    if (index > all.size()) {
                        throw new DamagedHeifException(
                                "an item of it has property %d of %d".formatted(index, all.size()));
                    }
                    if (index > 0 && own.size() < MOST_PROPERTIES) {
                        own.add(all.get(index - 1));
                    }
                }
            }
        }
    }

    private static void requireFew(long items) throws DamagedHeifException {
        if (items > MOST_ITEMS) {
            throw new DamagedHeifException("it has %d items, expected %d at most".formatted(items, MOST_ITEMS));
        }
    }

    /** Reads a full box's version and skips its flags. */
    private static int version(Fields in) throws DamagedHeifException {
        int version = in.u8();
        in.skip(3);
        return version;
    }

    private static long id(Fields in, int version) throws DamagedHeifException {
        return version == 0 ? in.u16() : in.u32();
    }
}
