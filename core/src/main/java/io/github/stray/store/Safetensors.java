// SPDX-License-Identifier: Apache-2.0
package io.github.stray.store;

import io.github.stray.provenance.Sha256;
import io.github.stray.tensor.Backing;
import io.github.stray.tensor.ElementType;
import io.github.stray.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A safetensors file in memory: opening it reads the header, and the data once if the file carries Stray's checksum. A file
 * of up to 256 MiB is copied, and may be changed or deleted afterwards; a larger one is mapped: it may be deleted or replaced
 * by moving another into its place, and where it is written to instead, reading its tensors fails with {@link
 * ChangedFileException} in an {@link java.io.UncheckedIOException}. Immutable and safe for concurrent use.
 *
 * <h2>Layout</h2>
 *
 * <ol>
 *   <li>8 bytes: length N of the header, little-endian, at most 100,000,000;
 *   <li>N bytes: a JSON object in UTF-8, padded with spaces. Its key {@code __metadata__} maps names to strings; every
 *       other key names a tensor: {@code {"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}};
 *   <li>the data section, to which the offsets refer: tensors in row-major order, little-endian, without gaps or overlaps.
 * </ol>
 *
 * <h2>What Stray adds</h2>
 *
 * Its own files hold {@code stray.format} = {@code 1} and {@code stray.crc32c} = eight lower-case hexadecimal digits: the
 * CRC-32C of the data section followed by the N header bytes, with these digits replaced by {@code 00000000}. The checksum
 * is verified whenever it is there, before the format is looked at, so it means the same in every later format.
 *
 * @see <a href="https://huggingface.co/docs/safetensors">Safetensors</a>
 */
public final class Safetensors {
    private static final String METADATA = "__metadata__";
    private static final int BLOCK = 1 << 22;
    private static final Set<String> ENTRY_KEYS = Set.of("dtype", "shape", "data_offsets");

    private record Entry(String name, String dtype, List<Long> shape, long begin, long end) {}

    private final Path path;
    private final Map<String, Entry> entries;
    private final Map<String, String> metadata;
    private final MemorySegment whole;
    private final MemorySegment data;
    private final @Nullable Backing backing;
    private final boolean verified;

    private Safetensors(
            Path path,
            Map<String, Entry> entries,
            Map<String, String> metadata,
            MemorySegment whole,
            long dataStart,
            @Nullable Backing backing,
            boolean verified) {
        this.path = path;
        this.entries = Collections.unmodifiableMap(entries);
        this.metadata = Collections.unmodifiableMap(metadata);
        this.whole = whole;
        this.data = whole.asSlice(dataStart);
        this.backing = backing;
        this.verified = verified;
    }

    /**
     * Opens a file and checks it.
     *
     * @param path the file
     * @return its tensors and metadata
     * @throws TruncatedFileException if the file ends early
     * @throws DamagedFileException if the header is no valid header, the offsets leave gaps or overlap, or the checksum
     *     differs
     * @throws TooNewFileException if Stray wrote it in a later format
     * @throws UnsupportedFileException if it is no safetensors file
     * @throws IOException if the file cannot be read
     */
    public static Safetensors open(Path path) throws IOException {
        try (FileContent file = FileContent.open(path)) {
            return open(path, file);
        }
    }

    /**
     * Opens a file as {@link #open} does, with all of it on the heap.
     *
     * @param path a file of up to 2 GiB
     * @return its tensors and metadata, which nothing that happens to the file reaches
     * @throws IOException as {@link #open}, and if the heap has no room for it
     */
    public static Safetensors openOnHeap(Path path) throws IOException {
        try (FileContent file = FileContent.onHeap(path)) {
            return open(path, file);
        }
    }

    static Safetensors open(Path path, FileContent file) throws IOException {
        byte[] header = header(path, file);
        long dataStart = SafetensorsHeader.LENGTH_BYTES + (long) header.length;
        JsonNode<DamagedFileException> json = JsonNode.parse(
                header, "the header", (message, cause) -> new DamagedFileException(path, message, cause));
        Map<String, String> metadata = json.at(METADATA).or(Map.of()).map(JsonNode::text);
        Map<String, Entry> entries = entries(path, json, dataStart, file.byteSize() - dataStart);
        boolean verified = verify(path, metadata, header, file);
        requireKnownFormat(path, metadata, verified);
        return new Safetensors(path, entries, metadata, file.from(0), dataStart, file.unchanged(), verified);
    }

    private static byte[] header(Path path, FileContent file) throws IOException {
        long size = file.byteSize();
        if (size < SafetensorsHeader.LENGTH_BYTES) {
            throw new TruncatedFileException(
                    path,
                    "%d bytes, a safetensors file starts with 8 bytes that give the header's length".formatted(size));
        }
        ByteBuffer start = ByteBuffer.wrap(file.bytes(0, (int) Math.min(size, SafetensorsHeader.LENGTH_BYTES + 1)))
                .order(ByteOrder.LITTLE_ENDIAN);
        long length = start.getLong();
        if (start.hasRemaining() && start.get() != '{') {
            throw new UnsupportedFileException(
                    path, "is not a safetensors file: its header does not start with '{' at byte 8");
        }
        if (Long.compareUnsigned(length, SafetensorsHeader.LONGEST) > 0 || length < 2) {
            String problem = "the first 8 bytes give a header of %s bytes; expected 2 to %d"
                    .formatted(Long.toUnsignedString(length), SafetensorsHeader.LONGEST);
            throw new DamagedFileException(path, problem);
        }
        if (length > size - SafetensorsHeader.LENGTH_BYTES) {
            throw new TruncatedFileException(
                    path,
                    "the file ends at byte %d inside its header, which ends at byte %d".formatted(size, length + 8));
        }
        return file.bytes(SafetensorsHeader.LENGTH_BYTES, (int) length);
    }

    private static Map<String, Entry> entries(
            Path path, JsonNode<DamagedFileException> json, long dataStart, long dataSize) throws BadFileException {
        var entries = new LinkedHashMap<String, Entry>();
        for (String name : json.keys()) {
            if (!name.equals(METADATA)) {
                entries.put(name, entry(path, name, json.at(name)));
            }
        }
        List<Entry> ordered = new ArrayList<>(entries.values());
        ordered.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
        long at = 0;
        for (Entry entry : ordered) {
            if (entry.begin != at) {
                throw new DamagedFileException(
                        path,
                        "tensor '%s' starts at byte %s, expected %d: tensors must follow each other without gaps or overlaps"
                                .formatted(entry.name, offset(dataStart, entry.begin), dataStart + at));
            }
            at = entry.end;
        }
        if (at > dataSize) {
            throw new TruncatedFileException(
                    path,
                    "the file ends at byte %d, its last tensor at byte %s"
                            .formatted(dataStart + dataSize, offset(dataStart, at)));
        }
        if (at < dataSize) {
            throw new DamagedFileException(
                    path, "%d bytes follow the last tensor, from byte %d".formatted(dataSize - at, dataStart + at));
        }
        return entries;
    }

    /** Offsets of a damaged file may be too large to add. */
    private static String offset(long start, long offset) {
        return offset > Long.MAX_VALUE - start ? start + " + " + offset : Long.toString(start + offset);
    }

    private static Entry entry(Path path, String name, JsonNode<DamagedFileException> json)
            throws DamagedFileException {
        if (!json.keys().equals(ENTRY_KEYS)) {
            throw json.refused("must consist of dtype, shape and data_offsets");
        }
        String dtype = json.at("dtype").text();
        long[] shape = extents(json.at("shape"));
        long[] offsets = extents(json.at("data_offsets"));
        if (offsets.length != 2 || offsets[0] > offsets[1]) {
            throw new DamagedFileException(
                    path,
                    "the data_offsets of tensor '%s' are %s, expected [begin, end]"
                            .formatted(name, Arrays.toString(offsets)));
        }
        Optional<ElementType> type = elementType(dtype);
        if (type.isPresent()) {
            requireSize(path, name, type.get(), shape, offsets[1] - offsets[0]);
        }
        return new Entry(name, dtype, Arrays.stream(shape).boxed().toList(), offsets[0], offsets[1]);
    }

    private static long[] extents(JsonNode<DamagedFileException> json) throws DamagedFileException {
        return json.list(JsonNode::count).stream().mapToLong(Long::longValue).toArray();
    }

    private static void requireSize(Path path, String name, ElementType type, long[] shape, long actual)
            throws DamagedFileException {
        long expected = type.bytes();
        try {
            for (long extent : shape) {
                expected = Math.multiplyExact(expected, extent);
            }
        } catch (ArithmeticException e) {
            throw new DamagedFileException(
                    path, "shape %s of tensor '%s' is too large".formatted(Arrays.toString(shape), name), e);
        }
        if (expected != actual) {
            throw new DamagedFileException(
                    path,
                    "tensor '%s' of type %s and shape %s needs %d bytes, its data_offsets span %d"
                            .formatted(name, type, Arrays.toString(shape), expected, actual));
        }
    }

    private static Optional<ElementType> elementType(String dtype) {
        return Arrays.stream(ElementType.values())
                .filter(type -> type.name().equals(dtype))
                .findFirst();
    }

    private static boolean verify(Path path, Map<String, String> metadata, byte[] header, FileContent file)
            throws IOException {
        String stored = metadata.get(SafetensorsHeader.CHECKSUM_KEY);
        if (stored == null) {
            if (metadata.containsKey(SafetensorsHeader.FORMAT_KEY)) {
                throw new DamagedFileException(path, "stray.format is there but stray.crc32c is not");
            }
            return false;
        }
        int digitsAt = SafetensorsHeader.checksumAt(header);
        if (digitsAt < 0 || !stored.matches("[0-9a-f]{8}")) {
            throw new DamagedFileException(
                    path, "stray.crc32c is '%s', expected 8 hexadecimal digits".formatted(stored));
        }
        var crc = new CRC32C();
        file.update(crc, SafetensorsHeader.LENGTH_BYTES + (long) header.length);
        String computed = SafetensorsHeader.checksum(crc, header, digitsAt);
        if (!computed.equals(stored)) {
            throw new DamagedFileException(
                    path,
                    ("the checksum is %s, stray.crc32c says %s. If another program rewrote the file on purpose,"
                                    + " let it drop the metadata stray.format and stray.crc32c")
                            .formatted(computed, stored));
        }
        return true;
    }

    private static void requireKnownFormat(Path path, Map<String, String> metadata, boolean verified)
            throws BadFileException {
        String format = metadata.get(SafetensorsHeader.FORMAT_KEY);
        if (format == null && verified) {
            throw new DamagedFileException(path, "stray.crc32c is there but stray.format is not");
        }
        if (format == null) {
            return;
        }
        if (!format.matches("[1-9][0-9]{0,8}")) {
            throw new DamagedFileException(path, "stray.format is '%s', expected a number".formatted(format));
        }
        if (Integer.parseInt(format) > SafetensorsHeader.FORMAT) {
            throw new TooNewFileException(
                    path,
                    "it has format %s, this release of Stray reads up to %d; use the release that wrote it or a later one"
                            .formatted(format, SafetensorsHeader.FORMAT));
        }
    }

    /** {@return the file's path as it was given} */
    public Path path() {
        return path;
    }

    /** {@return names of all tensors, in the order of the header} */
    public Set<String> names() {
        return entries.keySet();
    }

    /**
     * {@return a tensor, a view of the file's bytes}
     *
     * @param name its name
     * @throws UnsupportedFileException if there is no such tensor, or its type is none of F16, BF16, F32, F64, I64, U8
     */
    public Tensor tensor(String name) throws UnsupportedFileException {
        Entry entry = entries.get(name);
        if (entry == null) {
            throw new UnsupportedFileException(
                    path,
                    entries.isEmpty()
                            ? "has no tensor '%s': it holds none".formatted(name)
                            : "has no tensor '%s'; it has '%s'".formatted(name, String.join("', '", entries.keySet())));
        }
        ElementType type = elementType(entry.dtype)
                .orElseThrow(() -> new UnsupportedFileException(
                        path,
                        "tensor '%s' holds %s; Stray reads F16, BF16, F32, F64, I64 and U8"
                                .formatted(name, entry.dtype)));
        long[] shape = entry.shape.stream().mapToLong(Long::longValue).toArray();
        return Tensor.of(type, shape, data.asSlice(entry.begin, entry.end - entry.begin), backing);
    }

    /**
     * {@return all metadata, name to text, in the order of the header, {@code stray.format} and {@code stray.crc32c}
     * included}
     */
    public Map<String, String> metadata() {
        return metadata;
    }

    /**
     * {@return SHA-256 of the file as it was read, 64 hexadecimal digits}
     *
     * @throws java.io.UncheckedIOException if it is mapped and was changed
     */
    public String sha256() {
        MessageDigest digest = Sha256.digest();
        try {
            for (long at = 0; at < whole.byteSize(); at += BLOCK) {
                digest.update(whole.asSlice(at, Math.min(BLOCK, whole.byteSize() - at))
                        .asByteBuffer());
            }
            if (backing != null) {
                backing.requireUnchanged(null);
            }
            return Sha256.hex(digest);
        } catch (InternalError fault) {
            if (backing != null) {
                backing.requireUnchanged(fault);
            }
            throw fault;
        }
    }

    /** {@return whether the file carried a checksum, which then was right; false for files of other programs} */
    public boolean verified() {
        return verified;
    }
}
