// SPDX-License-Identifier: Apache-2.0
package io.github.stray.store;

import io.github.stray.tensor.ElementType;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * Writes a {@code .npy} array as a stream of rows; their number is found at the end. The file appears when it is
 * committed; {@link #close()} without commit leaves nothing. The header is padded to {@value #DATA_START} bytes, which
 * NumPy reads like any other padding and by which Stray knows its own files. Not safe for concurrent use.
 */
public final class NpyWriter implements Closeable {
    /** Where the numbers start. */
    static final int DATA_START = 4096;

    private static final int MAGIC_AND_LENGTH = 10;
    private static final Map<ElementType, String> DESCR = Map.of(
            ElementType.F16, "<f2",
            ElementType.F32, "<f4",
            ElementType.F64, "<f8",
            ElementType.I64, "<i8",
            ElementType.U8, "|u1");

    private final AtomicFile file;
    private final String descr;
    private final long[] rowShape;
    private final long rowElements;
    private final ElementBuffer buffer;

    private NpyWriter(AtomicFile file, String descr, ElementType type, long[] rowShape, long rowElements) {
        this.file = file;
        this.descr = descr;
        this.rowShape = rowShape;
        this.rowElements = rowElements;
        this.buffer = new ElementBuffer(type, file::append);
    }

    /**
     * {@return the writer of a new array {@code [n, rowShape..]}}
     *
     * @param target its name; an existing file is replaced on commit
     * @param type any element type but BF16, which NumPy does not have
     * @param rowShape extents of a row, each at least 1; empty for a one-dimensional array
     * @throws IllegalArgumentException if the type is BF16, an extent below 1, or there are more than 31 extents
     * @throws IOException if no file can be made there; the message says why
     */
    public static NpyWriter create(Path target, ElementType type, long... rowShape) throws IOException {
        String descr = DESCR.get(type);
        if (descr == null) {
            throw new IllegalArgumentException("NumPy has no type for " + type);
        }
        if (rowShape.length > 31) {
            throw new IllegalArgumentException("NumPy allows 32 dimensions, got " + (rowShape.length + 1));
        }
        long elements = ElementBuffer.elements(rowShape, 1);
        AtomicFile file = AtomicFile.create(target);
        file.skip(DATA_START);
        return new NpyWriter(file, descr, type, rowShape.clone(), elements);
    }

    /**
     * Appends floats, rounded to nearest if the array is F16.
     *
     * @param values row-major values
     * @param offset first index read
     * @param count number of values
     * @throws IllegalArgumentException if the array holds integers
     * @throws IOException if they cannot be written
     */
    public void floats(float[] values, int offset, int count) throws IOException {
        buffer.floats(values, offset, count);
    }

    /**
     * Appends integers.
     *
     * @param values integers
     * @throws IllegalArgumentException if the array is not I64
     * @throws IOException if they cannot be written
     */
    public void longs(long... values) throws IOException {
        buffer.longs(values);
    }

    /**
     * Appends bytes.
     *
     * @param values bytes, unsigned
     * @throws IllegalArgumentException if the array is not U8
     * @throws IOException if they cannot be written
     */
    public void bytes(byte... values) throws IOException {
        buffer.bytes(values);
    }

    /**
     * Completes the file and gives it its name.
     *
     * @throws IllegalStateException if the last row is incomplete
     * @throws IOException if it cannot be written; the target is then as it was
     */
    public void commit() throws IOException {
        buffer.flush();
        if (buffer.elements() % rowElements != 0) {
            throw new IllegalStateException("%d elements are no whole number of rows of %s"
                    .formatted(buffer.elements(), Arrays.toString(rowShape)));
        }
        long rows = buffer.elements() / rowElements;
        String shape = LongStream.concat(LongStream.of(rows), LongStream.of(rowShape))
                .mapToObj(Long::toString)
                .collect(Collectors.joining(", ", "(", rowShape.length == 0 ? ",)" : ")"));
        String header = "{'descr': '%s', 'fortran_order': False, 'shape': %s, }".formatted(descr, shape);
        ByteBuffer start = ByteBuffer.allocate(DATA_START);
        Arrays.fill(start.array(), (byte) ' ');
        start.put(Npy.MAGIC).put((byte) 1).put((byte) 0);
        int length = DATA_START - MAGIC_AND_LENGTH;
        start.put((byte) length).put((byte) (length >>> 8));
        start.put(header.getBytes(StandardCharsets.US_ASCII));
        start.put(DATA_START - 1, (byte) '\n').clear();
        file.writeAt(start, 0);
        file.commit();
    }

    /** Deletes everything unless the file was committed. May be called again. */
    @Override
    public void close() throws IOException {
        file.close();
    }
}
