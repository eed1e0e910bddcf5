// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.onnx;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * An input or output of a network.
 *
 * @param name name of the tensor
 * @param type element type as ONNX Runtime names it, such as {@code FLOAT}; {@code NONE} for what is no tensor
 * @param shape sizes; -1 where free
 * @param dimensionNames a name for each size, empty where there is none
 */
public record TensorSignature(String name, String type, List<Long> shape, List<String> dimensionNames) {
    /** Copies the lists. */
    public TensorSignature {
        shape = List.copyOf(shape);
        dimensionNames = List.copyOf(dimensionNames);
    }

    /**
     * Size of one dimension.
     *
     * @param index dimension
     * @return the size, or -1 where free
     */
    long size(int index) {
        return shape.get(index);
    }

    /** Whether a size is fixed and another than expected. */
    static boolean differs(long size, long expected) {
        return size >= 0 && size != expected;
    }

    @Override
    public String toString() {
        return IntStream.range(0, shape.size())
                .mapToObj(i -> shape.get(i) >= 0
                        ? Long.toString(shape.get(i))
                        : dimensionNames.get(i).isEmpty() ? "?" : dimensionNames.get(i))
                .collect(Collectors.joining(", ", name + " " + type + " [", "]"));
    }
}
