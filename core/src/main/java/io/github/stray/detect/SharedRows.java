// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import io.github.stray.feature.FeatureMatrix;
import java.util.Arrays;

/**
 * How many rows of one matrix stand in another too, value for value: calibration rows that were fitted on. Ids cannot tell,
 * since two folders may use the same file names. Rows are compared by a 64-bit hash.
 */
final class SharedRows {
    private SharedRows() {}

    static int count(FeatureMatrix rows, FeatureMatrix among) {
        if (rows.dimension() != among.dimension()) {
            return 0;
        }
        long[] known = among.rowHashes();
        Arrays.sort(known);
        int shared = 0;
        for (long hash : rows.rowHashes()) {
            if (Arrays.binarySearch(known, hash) >= 0) {
                shared++;
            }
        }
        return shared;
    }
}
