// SPDX-License-Identifier: Apache-2.0
package io.github.stray.internal.linalg;

/** Inner products and norms of float32 rows in double: the squares of the smallest and largest floats are exact there. */
public final class Norms {
    private Norms() {}

    /**
     * Euclidean norm.
     *
     * @param x holds the row
     * @param offset where it starts
     * @param length its length
     * @return the norm, 0 only if every entry is 0
     */
    public static double norm(float[] x, int offset, int length) {
        return Math.sqrt(square(x, offset, length));
    }

    static double square(float[] x, int offset, int length) {
        return dot(x, offset, x, offset, length);
    }

    static double dot(float[] a, int aOffset, float[] b, int bOffset, int length) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int t = 0;
        for (; t + 4 <= length; t += 4) {
            s0 += (double) a[aOffset + t] * b[bOffset + t];
            s1 += (double) a[aOffset + t + 1] * b[bOffset + t + 1];
            s2 += (double) a[aOffset + t + 2] * b[bOffset + t + 2];
            s3 += (double) a[aOffset + t + 3] * b[bOffset + t + 3];
        }
        for (; t < length; t++) {
            s0 += (double) a[aOffset + t] * b[bOffset + t];
        }
        return (s0 + s1) + (s2 + s3);
    }
}
