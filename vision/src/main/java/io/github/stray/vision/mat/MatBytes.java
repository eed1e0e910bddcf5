// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.mat;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/** An array of bytes that is read part by part. For one thread. */
public final class MatBytes implements Closeable {
    private final List<Integer> dimensions;
    private final MatElements in;
    private long left;

    MatBytes(List<Integer> dimensions, long left, MatElements in) {
        this.dimensions = dimensions;
        this.left = left;
        this.in = in;
    }

    /** {@return lengths of the array, at least two numbers} */
    public List<Integer> dimensions() {
        return dimensions;
    }

    /**
     * {@return the next values, first index fastest; fewer only at the end of the array}
     *
     * @param most how many
     * @throws IOException if the file is damaged or ends before
     */
    public byte[] next(int most) throws IOException {
        int length = (int) Math.min(most, left);
        left -= length;
        return in.exactly(length).array();
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
