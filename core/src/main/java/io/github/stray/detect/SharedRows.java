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
        long[] known = hashes(among);
        Arrays.sort(known);
        int shared = 0;
        for (long hash : hashes(rows)) {
            if (Arrays.binarySearch(known, hash) >= 0) {
                shared++;
            }
        }
        return shared;
    }

    private static long[] hashes(FeatureMatrix matrix) {
        long[] hashes = new long[matrix.rows()];
        float[] row = new float[matrix.dimension()];
        for (int i = 0; i < hashes.length; i++) {
            matrix.copyRows(i, i + 1, row, 0);
            long hash = 0xcbf29ce484222325L;
            for (float value : row) {
                hash = (hash ^ Float.floatToIntBits(value)) * 0x100000001b3L;
                hash ^= hash >>> 29;
            }
            hashes[i] = hash;
        }
        return hashes;
    }
}
