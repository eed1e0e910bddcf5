// SPDX-License-Identifier: Apache-2.0
package io.github.stray.internal.linalg;

/** Plain loops: the specification of {@link VectorKernels}, and its replacement where the Vector API is missing. */
final class ScalarKernels implements Kernels {
    private static final int COLUMNS = 4;

    @Override
    public String name() {
        return "scalar";
    }

    @Override
    public int floatColumns() {
        return COLUMNS;
    }

    @Override
    public int doubleColumns() {
        return COLUMNS;
    }

    // Four columns at once, because one sum alone would wait for its own last addition at every step.
    @Override
    public void addDots(float[] a, int aAt, float[] b, int bAt, int length, float[] tile) {
        for (int i = 0; i < ROWS; i++) {
            int at = i * COLUMNS;
            float s0 = tile[at];
            float s1 = tile[at + 1];
            float s2 = tile[at + 2];
            float s3 = tile[at + 3];
            for (int k = 0; k < length; k++) {
                float x = a[aAt + k * ROWS + i];
                int bk = bAt + k * COLUMNS;
                s0 = Math.fma(x, b[bk], s0);
                s1 = Math.fma(x, b[bk + 1], s1);
                s2 = Math.fma(x, b[bk + 2], s2);
                s3 = Math.fma(x, b[bk + 3], s3);
            }
            tile[at] = s0;
            tile[at + 1] = s1;
            tile[at + 2] = s2;
            tile[at + 3] = s3;
        }
    }

    @Override
    public void addSquaredDistances(float[] a, int aAt, float[] b, int bAt, int length, float[] tile) {
        for (int i = 0; i < ROWS; i++) {
            int at = i * COLUMNS;
            float s0 = tile[at];
            float s1 = tile[at + 1];
            float s2 = tile[at + 2];
            float s3 = tile[at + 3];
            for (int k = 0; k < length; k++) {
                float x = a[aAt + k * ROWS + i];
                int bk = bAt + k * COLUMNS;
                float d0 = x - b[bk];
                s0 = Math.fma(d0, d0, s0);
                float d1 = x - b[bk + 1];
                s1 = Math.fma(d1, d1, s1);
                float d2 = x - b[bk + 2];
                s2 = Math.fma(d2, d2, s2);
                float d3 = x - b[bk + 3];
                s3 = Math.fma(d3, d3, s3);
            }
            tile[at] = s0;
            tile[at + 1] = s1;
            tile[at + 2] = s2;
            tile[at + 3] = s3;
        }
    }

    @Override
    public void addDots(double[] a, int aAt, double[] b, int bAt, int length, double[] tile) {
        for (int i = 0; i < ROWS; i++) {
            int at = i * COLUMNS;
            double s0 = tile[at];
            double s1 = tile[at + 1];
            double s2 = tile[at + 2];
            double s3 = tile[at + 3];
            for (int k = 0; k < length; k++) {
                double x = a[aAt + k * ROWS + i];
                int bk = bAt + k * COLUMNS;
                s0 = Math.fma(x, b[bk], s0);
                s1 = Math.fma(x, b[bk + 1], s1);
                s2 = Math.fma(x, b[bk + 2], s2);
                s3 = Math.fma(x, b[bk + 3], s3);
            }
            tile[at] = s0;
            tile[at + 1] = s1;
            tile[at + 2] = s2;
            tile[at + 3] = s3;
        }
    }

    @Override
    public int rowsAbove(float[] tile, float[] bars, int barsAt) {
        int rows = 0;
        for (int r = 0; r < ROWS; r++) {
            if (firstAbove(tile, r * COLUMNS, (r + 1) * COLUMNS, bars[barsAt + r]) < (r + 1) * COLUMNS) {
                rows |= 1 << r;
            }
        }
        return rows;
    }

    @Override
    public int firstAbove(float[] values, int from, int to, float bar) {
        int i = from;
        while (i < to && !(values[i] > bar)) {
            i++;
        }
        return i;
    }

    @Override
    public double dot(double[] a, int aOffset, double[] b, int bOffset, int length) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int t = 0;
        for (; t + 4 <= length; t += 4) {
            s0 += a[aOffset + t] * b[bOffset + t];
            s1 += a[aOffset + t + 1] * b[bOffset + t + 1];
            s2 += a[aOffset + t + 2] * b[bOffset + t + 2];
            s3 += a[aOffset + t + 3] * b[bOffset + t + 3];
        }
        for (; t < length; t++) {
            s0 += a[aOffset + t] * b[bOffset + t];
        }
        return (s0 + s1) + (s2 + s3);
    }

    @Override
    public double dot(double[] a, int aOffset, float[] b, int bOffset, int length) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int t = 0;
        for (; t + 4 <= length; t += 4) {
            s0 += a[aOffset + t] * b[bOffset + t];
            s1 += a[aOffset + t + 1] * b[bOffset + t + 1];
            s2 += a[aOffset + t + 2] * b[bOffset + t + 2];
            s3 += a[aOffset + t + 3] * b[bOffset + t + 3];
        }
        for (; t < length; t++) {
            s0 += a[aOffset + t] * b[bOffset + t];
        }
        return (s0 + s1) + (s2 + s3);
    }

    @Override
    public double squaredDistance(double[] a, int aOffset, double[] b, int bOffset, int length) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int t = 0;
        for (; t + 4 <= length; t += 4) {
            double d0 = a[aOffset + t] - b[bOffset + t];
            double d1 = a[aOffset + t + 1] - b[bOffset + t + 1];
            double d2 = a[aOffset + t + 2] - b[bOffset + t + 2];
            double d3 = a[aOffset + t + 3] - b[bOffset + t + 3];
            s0 += d0 * d0;
            s1 += d1 * d1;
            s2 += d2 * d2;
            s3 += d3 * d3;
        }
        for (; t < length; t++) {
            double d0 = a[aOffset + t] - b[bOffset + t];
            s0 += d0 * d0;
        }
        return (s0 + s1) + (s2 + s3);
    }

    @Override
    public void addScaled(double factor, double[] x, int xAt, double[] y, int yAt, int length) {
        for (int t = 0; t < length; t++) {
            y[yAt + t] = Math.fma(factor, x[xAt + t], y[yAt + t]);
        }
    }

    @Override
    public void rotate(double c, double s, double[] values, int xAt, int yAt, int length) {
        for (int t = 0; t < length; t++) {
            double x = values[xAt + t];
            double y = values[yAt + t];
            values[xAt + t] = Math.fma(c, x, s * y);
            values[yAt + t] = Math.fma(c, y, -(s * x));
        }
    }
}
