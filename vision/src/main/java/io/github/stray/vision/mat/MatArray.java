// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.mat;

import java.util.List;

/**
 * What stands before an array's values.
 *
 * @param type MATLAB's number of its type
 * @param dimensions lengths
 * @param count their product
 * @param name name of the variable; empty in a cell
 */
record MatArray(int type, List<Integer> dimensions, long count, String name) {
    MatArray {
        dimensions = List.copyOf(dimensions);
    }
}
