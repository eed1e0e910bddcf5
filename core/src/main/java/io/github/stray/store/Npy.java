// SPDX-License-Identifier: Apache-2.0
package io.github.stray.store;

import io.github.stray.tensor.Backing;
import io.github.stray.tensor.ElementType;
import io.github.stray.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads NumPy's {@code .npy} files, versions 1 to 3, in row-major order and little-endian: f2, f4, f8, i8 and u1 are
 * taken as they lie in the file, i4 is widened to I64 on the heap. Refused: Fortran order, big-endian numbers, all other types. The format has
 * no checksum: a file of the right size is taken as it is.
 *
 * @see NpyWriter
 */
public final class Npy {
    static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

    private static final int LONGEST_HEADER = 1 << 20;

    /** Possessive, or a header of a million spaces would be tried in a million ways. */
    private static final Pattern HEADER = Pattern.compile(
            "\\{\\s*+'descr'\\s*+:\\s*+(?<descr>'[^']*+'|\\[.*\\])\\s*+,\\s*+'fortran_order'\\s*+:\\s*+(?<fortran>True|False)"
                    + "\\s*+,\\s*+'shape'\\s*+:\\s*+\\((?<shape>[\\d,\\sL]*+)\\)\\s*+(?:,\\s*+)?\\}\\s*+",
            Pattern.DOTALL);

    private static final ValueLayout.OfInt I32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private Npy() {}

    /**
     * Opens an array.
     *
     * @param path the file
     * @return its elements; see {@link Safetensors} for what happens when the file changes
     * @throws TruncatedFileException if the file ends early
     * @throws DamagedFileException if the header makes no sense or bytes follow the array
     * @throws TooNewFileException if the format version is above 3
     * @throws UnsupportedFileException if it is no {@code .npy} file or holds what is not read here; the message says how
     *     to convert it
     * @throws IOException if the file cannot be read
     */
    public static Tensor read(Path path) throws IOException {
        try (FileContent file = FileContent.open(path)) {
            return read(path, file);
        }
    }

    private static Tensor read(Path path, FileContent file) throws IOException {
        long size = file.byteSize();
        byte[] start = file.bytes(0, (int) Math.min(size, 12));
        for (int i = 0; i < Math.min(MAGIC.length, start.length); i++) {
            if (start[i] != MAGIC[i]) {
                throw new UnsupportedFileException(path, "is not a .npy file: it does not start with \\x93NUMPY");
            }
        }
        if (size < 10) {
            throw new TruncatedFileException(
                    path, "%d bytes, a .npy file starts with 10 bytes of magic".formatted(size));
        }
        int version = start[6] & 0xFF;
        if (version < 1) {
            throw new DamagedFileException(path, "format version 0");
        }
        if (version > 3) {
            throw new TooNewFileException(path, "its .npy format version is %d, read are 1 to 3".formatted(version));
        }
        int headerStart = version == 1 ? 10 : 12;
        if (size < headerStart) {
            throw new TruncatedFileException(path, "it ends at byte %d inside the header's length".formatted(size));
        }
        ByteBuffer numbers = ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN);
        long length = version == 1 ? numbers.getShort(8) & 0xFFFFL : numbers.getInt(8) & 0xFFFFFFFFL;
        if (length > LONGEST_HEADER) {
            throw new DamagedFileException(
                    path, "a header of %d bytes; at most %d make sense".formatted(length, LONGEST_HEADER));
        }
        long data = headerStart + length;
        if (data > size) {
            throw new TruncatedFileException(
                    path, "it ends at byte %d inside the header, which ends at byte %d".formatted(size, data));
        }
        String header = new String(
                file.bytes(headerStart, (int) length),
                version == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
        return array(path, header, file.from(data), data, file.unchanged());
    }

    private static Tensor array(Path path, String header, MemorySegment data, long start, @Nullable Backing backing)
            throws BadFileException {
        Matcher fields = HEADER.matcher(header);
        if (!fields.matches()) {
            throw new DamagedFileException(
                    path,
                    "the header is '%s', expected descr, fortran_order and shape"
                            .formatted(header.substring(0, Math.min(200, header.length()))
                                    .strip()));
        }
        long[] shape = shape(path, fields.group("shape"));
        String descr = fields.group("descr").replace("'", "");
        int bytes = elementBytes(path, descr);
        if (fields.group("fortran").equals("True") && shape.length > 1) {
            throw new UnsupportedFileException(path, """
                    is in Fortran order; expected row-major order. Convert it with
                      import numpy as np
                      np.save("converted.npy", np.ascontiguousarray(np.load("%s")))""".formatted(path.getFileName()));
        }
        long expected = bytes;
        try {
            for (long extent : shape) {
                expected = Math.multiplyExact(expected, extent);
            }
        } catch (ArithmeticException e) {
            throw new DamagedFileException(path, "shape %s is too large".formatted(Arrays.toString(shape)), e);
        }
        if (data.byteSize() < expected) {
            throw new TruncatedFileException(
                    path,
                    "shape %s of %s needs %d bytes from byte %d, the file has %d"
                            .formatted(Arrays.toString(shape), descr, expected, start, data.byteSize()));
        }
        if (data.byteSize() > expected) {
            throw new DamagedFileException(
                    path,
                    "%d bytes follow the array, from byte %d".formatted(data.byteSize() - expected, start + expected));
        }
        return switch (descr) {
            case "<f2" -> Tensor.of(ElementType.F16, shape, data, backing);
            case "<f4" -> Tensor.of(ElementType.F32, shape, data, backing);
            case "<f8" -> Tensor.of(ElementType.F64, shape, data, backing);
            case "<i8" -> Tensor.of(ElementType.I64, shape, data, backing);
            case "<i4" -> {
                Tensor widened = widened(path, shape, data);
                if (backing != null) {
                    backing.requireUnchanged(null);
                }
                yield widened;
            }
            default -> Tensor.of(ElementType.U8, shape, data, backing);
        };
    }

    private static long[] shape(Path path, String text) throws DamagedFileException {
        String[] parts = text.replace("L", "").strip().split(",", -1);
        int rank = parts[parts.length - 1].isBlank() ? parts.length - 1 : parts.length;
        long[] shape = new long[rank];
        try {
            for (int i = 0; i < rank; i++) {
                shape[i] = Long.parseLong(parts[i].strip());
            }
        } catch (NumberFormatException e) {
            throw new DamagedFileException(path, "shape (%s) is no tuple of integers".formatted(text), e);
        }
        return shape;
    }

    private static int elementBytes(Path path, String descr) throws UnsupportedFileException {
        return switch (descr) {
            case "<f2" -> 2;
            case "<f4", "<i4" -> 4;
            case "<f8", "<i8" -> 8;
            case "|u1", "<u1", "u1" -> 1;
            case "|O", "O" ->
                throw new UnsupportedFileException(
                        path, "holds pickled Python objects, which Stray never reads; save numbers instead");
            default ->
                throw new UnsupportedFileException(
                        path, """
                        holds numbers of type %s; read are little-endian f2, f4, f8, i4, i8 and u1. Convert it with
                          import numpy as np
                          np.save("converted.npy", np.load("%s").astype("%s"))""".formatted(descr, path.getFileName(), descr.matches(".[iub]\\d") ? "<i8" : "<f4"));
        };
    }

    private static Tensor widened(Path path, long[] shape, MemorySegment data) throws UnsupportedFileException {
        long count = data.byteSize() / 4;
        if (count > Integer.MAX_VALUE - 8) {
            throw new UnsupportedFileException(path, "%d numbers of type <i4 are too many; save <i8".formatted(count));
        }
        long[] values = new long[(int) count];
        for (int i = 0; i < values.length; i++) {
            values[i] = data.get(I32, i * 4L);
        }
        return Tensor.ofLongs(values, shape);
    }
}
