// SPDX-License-Identifier: Apache-2.0
package io.github.stray.internal.linalg;

/** Inner products and norms of float32 rows in double: the squares of the smallest and largest floats are exact there. */
@SuppressWarnings("doclint:missing")
public final class Norms {
    private Norms() {}

    /** Euclidean norm, 0 only if every entry is 0. */
    public static double norm(float[] x, int offset, int length) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int t = 0;
        for (; t + 4 <= length; t += 4) {
            s0 += (double) x[offset + t] * x[offset + t];
            s1 += (double) x[offset + t + 1] * x[offset + t + 1];
            s2 += (double) x[offset + t + 2] * x[offset + t + 2];
            s3 += (double) x[offset + t + 3] * x[offset + t + 3];
        }
        for (; t < length; t++) {
            s0 += (double) x[offset + t] * x[offset + t];
        }
        return Math.sqrt((s0 + s1) + (s2 + s3));
    }
}
