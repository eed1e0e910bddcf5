// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/** What a network is given for one of its inputs. */
@SuppressWarnings("ArrayRecordComponent")
public sealed interface InputTensor {
    /** {@return sizes, one for each dimension} */
    long[] shape();

    /**
     * Floating point numbers, such as images, for an input of type FLOAT or FLOAT16.
     *
     * @param values row-major from index 0, a direct buffer in native order; copied only to FLOAT16
     * @param shape sizes
     */
    record Floats(FloatBuffer values, long[] shape) implements InputTensor {}

    /**
     * Images for an input {@code [n, height, width, 3]}.
     *
     * @param planes as for {@link Floats}; copied
     * @param shape {@code [n, 3, height, width]}, of the planes
     */
    record ChannelsLast(FloatBuffer planes, long[] shape) implements InputTensor {}

    /**
     * Whole numbers for an input of type INT64 or INT32, such as the tokens of a text.
     *
     * @param values row-major
     * @param shape sizes
     */
    record Integers(long[] values, long[] shape) implements InputTensor {}

    /**
     * Room for floating point numbers.
     *
     * @param size how many
     * @return a direct buffer in native order, all zero
     */
    static FloatBuffer buffer(int size) {
        return ByteBuffer.allocateDirect(Math.multiplyExact(size, Float.BYTES))
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }
}
