// SPDX-License-Identifier: Apache-2.0
package io.github.stray.graph;

import java.util.Arrays;

/**
 * A tensor that does not depend on the input.
 *
 * @param shape sizes, none for a scalar
 * @param values row-major
 * @param quantised whether it is stored as integers with a scale
 */
@SuppressWarnings("ArrayRecordComponent")
record Constant(int[] shape, double[] values, boolean quantised) {
    int rank() {
        return shape.length;
    }

    /** Columns become rows. */
    Constant transposed() {
        int rows = shape[0];
        int columns = shape[1];
        double[] turned = new double[values.length];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                turned[j * rows + i] = values[i * columns + j];
            }
        }
        return new Constant(new int[] {columns, rows}, turned, quantised);
    }

    /** Whether at most one size is larger than 1, as of a bias that is added to every row. */
    boolean isVector() {
        return Arrays.stream(shape).filter(size -> size != 1).count() <= 1;
    }

    @Override
    public String toString() {
        return Arrays.toString(shape);
    }
}
