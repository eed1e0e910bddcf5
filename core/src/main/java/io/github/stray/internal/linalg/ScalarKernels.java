// SPDX-License-Identifier: Apache-2.0
package io.github.stray.internal.linalg;

/** Plain loops: the specification of {@link VectorKernels}, and its replacement where the Vector API is missing. */
final class ScalarKernels implements Kernels {
    @Override
    public String name() {
        return "scalar";
    }

    @Override
    public void dots(float[] a, int aRows, float[] b, int bRows, int length, float[] out) {
        for (int i = 0; i < aRows; i++) {
            for (int j = 0; j < bRows; j++) {
                out[i * bRows + j] = dot(a, i * length, b, j * length, length);
            }
        }
    }

    // Four sums, because one would wait for its own last addition at every step.
    private static float dot(float[] a, int aOffset, float[] b, int bOffset, int length) {
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
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
    public void squaredDistances(float[] a, int aRows, float[] b, int bRows, int length, float[] out) {
        for (int i = 0; i < aRows; i++) {
            for (int j = 0; j < bRows; j++) {
                out[i * bRows + j] = squaredDistance(a, i * length, b, j * length, length);
            }
        }
    }

    private static float squaredDistance(float[] a, int aOffset, float[] b, int bOffset, int length) {
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        int t = 0;
        for (; t + 4 <= length; t += 4) {
            float d0 = a[aOffset + t] - b[bOffset + t];
            float d1 = a[aOffset + t + 1] - b[bOffset + t + 1];
            float d2 = a[aOffset + t + 2] - b[bOffset + t + 2];
            float d3 = a[aOffset + t + 3] - b[bOffset + t + 3];
            s0 += d0 * d0;
            s1 += d1 * d1;
            s2 += d2 * d2;
            s3 += d3 * d3;
        }
        for (; t < length; t++) {
            float d0 = a[aOffset + t] - b[bOffset + t];
            s0 += d0 * d0;
        }
        return (s0 + s1) + (s2 + s3);
    }

    @Override
    public void dots(double[] a, int aRow, int aRows, double[] b, int bRow, int bRows, int length, double[] out) {
        for (int i = 0; i < aRows; i++) {
            for (int j = 0; j < bRows; j++) {
                out[i * bRows + j] = dot(a, (aRow + i) * length, b, (bRow + j) * length, length);
            }
        }
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
}
