// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.mat;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** An array of bytes that is read as a stream. For one thread. */
public final class MatBytes implements Closeable {
    private final List<Integer> dimensions;
    private final InputStream stream;
    private final Closeable owner;

    MatBytes(List<Integer> dimensions, InputStream stream, Closeable owner) {
        this.dimensions = List.copyOf(dimensions);
        this.stream = stream;
        this.owner = owner;
    }

    /**
     * Lengths of the array.
     *
     * @return at least two numbers
     */
    public List<Integer> dimensions() {
        return dimensions;
    }

    /**
     * The values.
     *
     * @return a stream of all bytes, first index fastest
     */
    public InputStream stream() {
        return stream;
    }

    @Override
    public void close() throws IOException {
        owner.close();
    }
}
