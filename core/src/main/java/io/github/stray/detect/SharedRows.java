// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import io.github.stray.feature.FeatureMatrix;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Which rows of one matrix stand in another too, value for value: calibration rows that were fitted on. Ids cannot tell,
 * since two folders may use the same file names. Rows are compared by a 64-bit hash.
 */
final class SharedRows {
    private SharedRows() {}

    /** The rows that are not among the others, in their order. */
    static int[] others(FeatureMatrix rows, FeatureMatrix among) {
        if (rows.dimension() != among.dimension()) {
            return IntStream.range(0, rows.rows()).toArray();
        }
        long[] known = among.rowHashes();
        Arrays.sort(known);
        long[] hashes = rows.rowHashes();
        return IntStream.range(0, hashes.length)
                .filter(i -> Arrays.binarySearch(known, hashes[i]) < 0)
                .toArray();
    }
}
