// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.mat;

import java.util.List;

/**
 * What stands before an array's values.
 *
 * @param type MATLAB's number of its type
 * @param dimensions lengths
 * @param name name of the variable; empty in a cell
 */
record MatArray(int type, List<Integer> dimensions, String name) {
    MatArray {
        dimensions = List.copyOf(dimensions);
    }

    /** Product of the dimensions, which was checked to be a long. */
    long count() {
        long count = 1;
        for (int length : dimensions) {
            count = Math.multiplyExact(count, (long) length);
        }
        return count;
    }
}
