// SPDX-License-Identifier: Apache-2.0
package io.github.stray.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A dense row-major array of numbers over read-only memory, which may be a mapped file larger than the heap, or a view of
 * some rows of one. Immutable and safe for concurrent use. Where others change a mapped file, whatever copies elements out of
 * the tensor fails with {@link java.io.UncheckedIOException} instead of giving other numbers; only {@link #data()} and {@link
 * #parts()} are views that do not tell.
 */
public final class Tensor {
    private static final ValueLayout.OfFloat F32 = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfDouble F64 =
            ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong I64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort I16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final int HALVES = 4096;
    private static final int BLOCK = 1 << 16;

    private final ElementType type;
    private final long[] shape;
    private final MemorySegment data;
    private final int @Nullable [] selection;
    private final @Nullable Backing backing;

    private Tensor(
            ElementType type, long[] shape, MemorySegment data, int @Nullable [] selection, @Nullable Backing backing) {
        this.type = type;
        this.shape = shape;
        this.data = data.asReadOnly();
        this.selection = selection;
        this.backing = backing;
    }

    /**
     * {@return a view of existing memory; nothing is copied}
     *
     * @param type element type
     * @param shape extents, outermost first, each at least 0
     * @param data little-endian elements, exactly as many as the shape says
     * @throws IllegalArgumentException if an extent is negative, the sizes disagree, or the shape needs 2^63 bytes or more
     */
    public static Tensor of(ElementType type, long[] shape, MemorySegment data) {
        return of(type, shape, data, null);
    }

    /**
     * {@return a view of existing memory that others may change; nothing is copied}
     *
     * @param type element type
     * @param shape extents, outermost first, each at least 0
     * @param data little-endian elements, exactly as many as the shape says
     * @param backing asked after each reading; null for memory that nobody changes
     * @throws IllegalArgumentException if an extent is negative, the sizes disagree, or the shape needs 2^63 bytes or more
     */
    public static Tensor of(ElementType type, long[] shape, MemorySegment data, @Nullable Backing backing) {
        long expected = bytes(type, shape);
        if (expected != data.byteSize()) {
            throw new IllegalArgumentException("tensor of type %s and shape %s needs %d bytes, got %d"
                    .formatted(type, Arrays.toString(shape), expected, data.byteSize()));
        }
        return new Tensor(type, shape.clone(), data, null, backing);
    }

    /**
     * {@return whether the other is this tensor or another view of all of its memory} Equal elements elsewhere do not count,
     * nor do two views of some rows.
     *
     * @param other another tensor
     */
    public boolean sharesMemoryWith(Tensor other) {
        return this == other
                || (type == other.type
                        && Arrays.equals(shape, other.shape)
                        && data.equals(other.data)
                        && selection == null
                        && other.selection == null);
    }

    /**
     * {@return a copy of floats, F32}
     *
     * @param values row-major values
     * @param shape extents whose product is the number of values
     */
    public static Tensor ofFloats(float[] values, long... shape) {
        MemorySegment bytes = allocate(values.length, 4);
        MemorySegment.copy(values, 0, bytes, F32, 0, values.length);
        return of(ElementType.F32, shape, bytes);
    }

    /**
     * {@return a copy of doubles, F64}
     *
     * @param values row-major values
     * @param shape extents whose product is the number of values
     */
    public static Tensor ofDoubles(double[] values, long... shape) {
        MemorySegment bytes = allocate(values.length, 8);
        MemorySegment.copy(values, 0, bytes, F64, 0, values.length);
        return of(ElementType.F64, shape, bytes);
    }

    /**
     * {@return a copy of longs, I64}
     *
     * @param values row-major values
     * @param shape extents whose product is the number of values
     */
    public static Tensor ofLongs(long[] values, long... shape) {
        MemorySegment bytes = allocate(values.length, 8);
        MemorySegment.copy(values, 0, bytes, I64, 0, values.length);
        return of(ElementType.I64, shape, bytes);
    }

    private static MemorySegment allocate(long elements, int bytes) {
        return Arena.ofAuto().allocate(Math.max(1, elements * bytes), 64).asSlice(0, elements * bytes);
    }

    private static long bytes(ElementType type, long[] shape) {
        long product = type.bytes();
        for (long extent : shape) {
            if (extent < 0) {
                throw new IllegalArgumentException("negative extent in shape " + Arrays.toString(shape));
            }
            if (Math.multiplyHigh(product, extent) != 0 || product * extent < 0) {
                throw new IllegalArgumentException(
                        "shape %s of type %s needs 2^63 bytes or more".formatted(Arrays.toString(shape), type));
            }
            product *= extent;
        }
        return product;
    }

    /**
     * A view of some rows, along the outermost extent, in the given order; repetitions are allowed and nothing is copied.
     *
     * @param indices row indices
     * @return the tensor of those rows
     * @throws IllegalArgumentException if this is a scalar, which has no rows
     * @throws IndexOutOfBoundsException if a row does not exist
     */
    public Tensor selectRows(int[] indices) {
        if (shape.length == 0) {
            throw new IllegalArgumentException("a scalar has no rows to select");
        }
        int[] rows = new int[indices.length];
        for (int i = 0; i < rows.length; i++) {
            int row = (int) Objects.checkIndex((long) indices[i], shape[0]);
            rows[i] = selection == null ? row : selection[row];
        }
        long[] selected = shape.clone();
        selected[0] = rows.length;
        bytes(type, selected);
        return new Tensor(type, selected, data, rows, backing);
    }

    /**
     * {@return tensors one after another along the outermost extent, copied: in their own type if all have the same, else in
     * F32}
     *
     * @param parts at least one; if their types differ, all floating point
     * @throws IllegalArgumentException if one differs from the first in another extent than the outermost, or is a scalar
     */
    public static Tensor concat(List<Tensor> parts) {
        Tensor first = parts.getFirst();
        long[] whole = first.shape.clone();
        whole[0] = 0;
        for (Tensor part : parts) {
            long[] rest = part.shape.clone();
            if (rest.length > 0) {
                whole[0] += rest[0];
                rest[0] = whole[0];
            }
            if (!Arrays.equals(rest, whole)) {
                throw new IllegalArgumentException("%s does not fit behind %s".formatted(part, first));
            }
        }
        boolean same = parts.stream().allMatch(part -> part.type == first.type);
        ElementType type = same ? first.type : ElementType.F32;
        MemorySegment copy = allocate(bytes(type, whole) / type.bytes(), type.bytes());
        long at = 0;
        for (Tensor part : parts) {
            at += part.copyTo(copy.asSlice(at), same);
        }
        return of(type, whole, copy);
    }

    private long copyTo(MemorySegment target, boolean asStored) {
        if (asStored) {
            copyBytes(target);
            return size() * type.bytes();
        }
        float[] block = new float[(int) Math.min(size(), BLOCK)];
        for (long done = 0; done < size(); done += block.length) {
            int count = (int) Math.min(block.length, size() - done);
            copyFloats(done, block, 0, count);
            MemorySegment.copy(block, 0, target, F32, done * 4, count);
        }
        return size() * 4;
    }

    /** {@return the element type} */
    public ElementType type() {
        return type;
    }

    /** {@return a copy of the extents, outermost first} */
    public long[] shape() {
        return shape.clone();
    }

    /** {@return the number of elements: the product of the extents, 1 for a scalar} */
    public long size() {
        return bytes(type, shape) / type.bytes();
    }

    /**
     * {@return the little-endian bytes: a read-only view, or for selected rows a copy outside the heap} {@link
     * #parts()} never copies.
     */
    public MemorySegment data() {
        if (selection == null) {
            return data;
        }
        MemorySegment copy = allocate(size(), type.bytes());
        copyBytes(copy);
        return copy.asReadOnly();
    }

    private void copyBytes(MemorySegment target) {
        read(() -> {
            long at = 0;
            for (MemorySegment part : parts()) {
                MemorySegment.copy(part, 0, target, at, part.byteSize());
                at += part.byteSize();
            }
        });
    }

    /** Does something with the memory, and makes sure that it was what it was when the tensor was made. */
    private void read(Runnable reading) {
        Backing mapped = backing;
        if (mapped == null) {
            reading.run();
            return;
        }
        try {
            reading.run();
            // The machine may throw the error of a lost page only at the next call into the system, which this makes.
            mapped.requireUnchanged(null);
        } catch (InternalError fault) {
            mapped.requireUnchanged(fault);
            throw fault;
        }
    }

    /** {@return this tensor if nobody can change its memory, else a copy} */
    public Tensor inMemory() {
        if (backing == null) {
            return this;
        }
        MemorySegment copy = allocate(size(), type.bytes());
        copyBytes(copy);
        return of(type, shape, copy);
    }

    /**
     * {@return the same elements with other extents; nothing is copied}
     *
     * @param extents extents with the same product, of a tensor that is no selection of rows
     */
    public Tensor reshaped(long... extents) {
        return of(type, extents, data(), selection == null ? backing : null);
    }

    /**
     * Fails where the memory of {@link #data()} or {@link #parts()} was changed by others since the tensor was made.
     *
     * @throws java.io.UncheckedIOException if it was
     */
    public void requireUnchanged() {
        read(() -> {});
    }

    /**
     * {@return the little-endian bytes as consecutive read-only views, made when asked for: one of all, or for selected
     * rows one a row}
     */
    public List<MemorySegment> parts() {
        int[] rows = selection;
        if (rows == null) {
            return List.of(data);
        }
        long rowBytes = rowElements() * type.bytes();
        return new AbstractList<>() {
            @Override
            public MemorySegment get(int index) {
                return data.asSlice(rows[index] * rowBytes, rowBytes);
            }

            @Override
            public int size() {
                return rows.length;
            }
        };
    }

    private long rowElements() {
        long product = 1;
        for (int i = 1; i < shape.length; i++) {
            product *= shape[i];
        }
        return product;
    }

    /**
     * Copies consecutive elements as floats; F64 is rounded to nearest.
     *
     * @param offset index of the first element in row-major order
     * @param target where to write
     * @param targetOffset first index written
     * @param count number of elements
     * @throws IllegalArgumentException if this is an integer tensor
     * @throws IndexOutOfBoundsException if a range does not fit
     */
    public void copyFloats(long offset, float[] target, int targetOffset, int count) {
        Objects.checkFromIndexSize(targetOffset, count, target.length);
        Objects.checkFromIndexSize(offset, count, size());
        read(() -> copyElements(offset, target, targetOffset, count));
    }

    private void copyElements(long offset, float[] target, int targetOffset, int count) {
        int[] rows = selection;
        if (rows == null) {
            copyStored(offset, target, targetOffset, count);
            return;
        }
        long width = rowElements();
        int done = 0;
        while (done < count) {
            long at = offset + done;
            int next = (int) Math.min(count - done, width - at % width);
            copyStored(rows[(int) (at / width)] * width + at % width, target, targetOffset + done, next);
            done += next;
        }
    }

    private void copyStored(long offset, float[] target, int targetOffset, int count) {
        switch (type) {
            case F32 -> MemorySegment.copy(data, F32, offset * 4, target, targetOffset, count);
            case F64 -> {
                for (int i = 0; i < count; i++) {
                    target[targetOffset + i] = (float) data.get(F64, (offset + i) * 8);
                }
            }
            case F16 -> copyHalves(offset, target, targetOffset, count);
            case BF16 -> {
                for (int i = 0; i < count; i++) {
                    target[targetOffset + i] = Float.intBitsToFloat(data.get(I16, (offset + i) * 2) << 16);
                }
            }
            case I64, U8 ->
                throw new IllegalArgumentException("expected floating-point numbers, the tensor holds " + type);
        }
    }

    // By way of an array: a loop from array to array becomes vector instructions, one over a segment does not.
    private void copyHalves(long offset, float[] target, int targetOffset, int count) {
        short[] halves = new short[Math.min(count, HALVES)];
        for (int done = 0; done < count; done += halves.length) {
            int size = Math.min(halves.length, count - done);
            MemorySegment.copy(data, I16, (offset + done) * 2, halves, 0, size);
            for (int i = 0; i < size; i++) {
                target[targetOffset + done + i] = Float.float16ToFloat(halves[i]);
            }
        }
    }

    /**
     * {@return a copy of all elements as doubles, row-major}
     *
     * @throws IllegalArgumentException if the tensor is not floating point or too large for an array
     */
    public double[] toDoubles() {
        double[] values = new double[arrayLength()];
        if (type == ElementType.F64) {
            MemorySegment bytes = data();
            read(() -> MemorySegment.copy(bytes, F64, 0, values, 0, values.length));
            return values;
        }
        float[] floats = toFloats();
        for (int i = 0; i < floats.length; i++) {
            values[i] = floats[i];
        }
        return values;
    }

    /**
     * {@return a copy of all elements as floats, row-major}
     *
     * @throws IllegalArgumentException if the tensor is not floating point or too large for an array
     */
    public float[] toFloats() {
        float[] values = new float[arrayLength()];
        copyFloats(0, values, 0, values.length);
        return values;
    }

    /**
     * {@return a copy of all elements as longs, row-major}
     *
     * @throws IllegalArgumentException if the tensor does not hold integers
     */
    public long[] toLongs() {
        long[] values = new long[arrayLength()];
        MemorySegment bytes = data();
        switch (type) {
            case I64 -> read(() -> MemorySegment.copy(bytes, I64, 0, values, 0, values.length));
            case U8 ->
                read(() -> {
                    for (int i = 0; i < values.length; i++) {
                        values[i] = bytes.get(ValueLayout.JAVA_BYTE, i) & 0xFF;
                    }
                });
            default -> throw new IllegalArgumentException("expected integers, the tensor holds " + type);
        }
        return values;
    }

    private int arrayLength() {
        long size = size();
        if (size > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("%d elements do not fit one array".formatted(size));
        }
        return (int) size;
    }

    @Override
    public String toString() {
        return "Tensor[" + type + " " + Arrays.toString(shape) + "]";
    }
}
