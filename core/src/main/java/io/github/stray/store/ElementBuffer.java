// SPDX-License-Identifier: Apache-2.0
package io.github.stray.store;

import io.github.stray.tensor.ElementType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;

/** Turns numbers into little-endian elements of one type and hands them on in blocks. Counts what passes. */
final class ElementBuffer {
    /** Takes a block of bytes. */
    @FunctionalInterface
    interface Drain {
        void write(ByteBuffer bytes) throws IOException;
    }

    private static final int BLOCK = 1 << 18;

    private final ElementType type;
    private final Drain drain;
    private final ByteBuffer buffer = ByteBuffer.allocate(BLOCK).order(ByteOrder.LITTLE_ENDIAN);
    private long elements;

    ElementBuffer(ElementType type, Drain drain) {
        this.type = type;
        this.drain = drain;
    }

    /** Product of the extents of a shape, each at least {@code least}. */
    static long elements(long[] shape, int least) {
        long product = 1;
        for (long extent : shape) {
            if (extent < least) {
                throw new IllegalArgumentException(
                        "extents must be at least %d, got %s".formatted(least, Arrays.toString(shape)));
            }
            product = Math.multiplyExact(product, extent);
        }
        return product;
    }

    long elements() {
        return elements;
    }

    void floats(float[] values, int offset, int count) throws IOException {
        Objects.checkFromIndexSize(offset, count, values.length);
        if (!type.isFloat()) {
            throw new IllegalArgumentException("floats given for a tensor of type " + type);
        }
        if (type == ElementType.F32) {
            singles(values, offset, count);
        } else {
            for (int i = offset; i < offset + count; i++) {
                room();
                switch (type) {
                    case F64 -> buffer.putDouble(values[i]);
                    case F16 -> buffer.putShort(Float.floatToFloat16(values[i]));
                    default -> buffer.putShort(bfloat(values[i]));
                }
            }
        }
        elements += count;
    }

    private void singles(float[] values, int offset, int count) throws IOException {
        int done = 0;
        while (done < count) {
            room();
            int next = Math.min(count - done, buffer.remaining() / Float.BYTES);
            buffer.asFloatBuffer().put(values, offset + done, next);
            buffer.position(buffer.position() + next * Float.BYTES);
            done += next;
        }
    }

    void longs(long[] values) throws IOException {
        if (type != ElementType.I64) {
            throw new IllegalArgumentException("longs given for a tensor of type " + type);
        }
        for (long value : values) {
            room();
            buffer.putLong(value);
        }
        elements += values.length;
    }

    void bytes(byte[] values) throws IOException {
        if (type != ElementType.U8) {
            throw new IllegalArgumentException("bytes given for a tensor of type " + type);
        }
        raw(MemorySegment.ofArray(values));
    }

    /** Elements that are already stored as this type. */
    void raw(MemorySegment segment) throws IOException {
        if (buffer.remaining() < segment.byteSize()) {
            flush();
        }
        if (buffer.remaining() >= segment.byteSize()) {
            buffer.put(segment.asByteBuffer());
        } else {
            for (long at = 0; at < segment.byteSize(); at += BLOCK) {
                long size = Math.min(BLOCK, segment.byteSize() - at);
                drain.write(segment.asSlice(at, size).asByteBuffer());
            }
        }
        elements += segment.byteSize() / type.bytes();
    }

    void flush() throws IOException {
        buffer.flip();
        if (buffer.hasRemaining()) {
            drain.write(buffer);
        }
        buffer.clear();
    }

    private void room() throws IOException {
        if (buffer.remaining() < 8) {
            flush();
        }
    }

    /** Rounds to the nearest, ties to even; NaN stays NaN. */
    private static short bfloat(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) ((bits >>> 16) | 0x40);
        }
        return (short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16);
    }
}
