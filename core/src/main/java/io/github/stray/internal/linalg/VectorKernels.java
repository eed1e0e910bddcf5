// SPDX-License-Identifier: Apache-2.0
package io.github.stray.internal.linalg;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Kernels in the widest registers of the machine.
 *
 * <p>A tile of 3 x 4 pairs keeps 12 sums in registers: enough to hide the latency of a fused multiply-add on two ports,
 * and with its operands just the 16 registers of AVX2. Lanes are added in a fixed order, because the order of
 * {@code reduceLanes} may differ between interpreted and compiled code; so a tile and a single pair agree bit for bit.
 */
final class VectorKernels implements Kernels {
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Double> DOUBLES = DoubleVector.SPECIES_PREFERRED;

    @Override
    public String name() {
        return "vector-" + FLOATS.vectorBitSize();
    }

    @Override
    public void dots(float[] a, int aRows, float[] b, int bRows, int length, float[] out) {
        float[] lanes = new float[12 * FLOATS.length()];
        int i = 0;
        for (; i + 3 <= aRows; i += 3) {
            int j = 0;
            for (; j + 4 <= bRows; j += 4) {
                dots3x4(a, i * length, b, j * length, length, lanes, out, i * bRows + j, bRows);
            }
            for (; j < bRows; j++) {
                for (int r = 0; r < 3; r++) {
                    out[(i + r) * bRows + j] = dot(a, (i + r) * length, b, j * length, length, lanes);
                }
            }
        }
        for (; i < aRows; i++) {
            for (int j = 0; j < bRows; j++) {
                out[i * bRows + j] = dot(a, i * length, b, j * length, length, lanes);
            }
        }
    }

    @Override
    public void squaredDistances(float[] a, int aRows, float[] b, int bRows, int length, float[] out) {
        float[] lanes = new float[12 * FLOATS.length()];
        int i = 0;
        for (; i + 3 <= aRows; i += 3) {
            int j = 0;
            for (; j + 4 <= bRows; j += 4) {
                squared3x4(a, i * length, b, j * length, length, lanes, out, i * bRows + j, bRows);
            }
            for (; j < bRows; j++) {
                for (int r = 0; r < 3; r++) {
                    out[(i + r) * bRows + j] = squared(a, (i + r) * length, b, j * length, length, lanes);
                }
            }
        }
        for (; i < aRows; i++) {
            for (int j = 0; j < bRows; j++) {
                out[i * bRows + j] = squared(a, i * length, b, j * length, length, lanes);
            }
        }
    }

    @Override
    public void dots(double[] a, int aRow, int aRows, double[] b, int bRow, int bRows, int length, double[] out) {
        double[] lanes = new double[12 * DOUBLES.length()];
        int i = 0;
        for (; i + 3 <= aRows; i += 3) {
            int j = 0;
            for (; j + 4 <= bRows; j += 4) {
                dots3x4(a, (aRow + i) * length, b, (bRow + j) * length, length, lanes, out, i * bRows + j, bRows);
            }
            for (; j < bRows; j++) {
                for (int r = 0; r < 3; r++) {
                    out[(i + r) * bRows + j] = dot(a, (aRow + i + r) * length, b, (bRow + j) * length, length, lanes);
                }
            }
        }
        for (; i < aRows; i++) {
            for (int j = 0; j < bRows; j++) {
                out[i * bRows + j] = dot(a, (aRow + i) * length, b, (bRow + j) * length, length, lanes);
            }
        }
    }

    @Override
    public double dot(double[] a, int aOffset, double[] b, int bOffset, int length) {
        return dot(a, aOffset, b, bOffset, length, new double[DOUBLES.length()]);
    }

    @Override
    public double squaredDistance(double[] a, int aOffset, double[] b, int bOffset, int length) {
        return squared(a, aOffset, b, bOffset, length, new double[DOUBLES.length()]);
    }

    private static void dots3x4(
            float[] a, int a0, float[] b, int b0, int length, float[] lanes, float[] out, int at, int stride) {
        int a1 = a0 + length;
        int a2 = a1 + length;
        int b1 = b0 + length;
        int b2 = b1 + length;
        int b3 = b2 + length;
        FloatVector s00 = FloatVector.zero(FLOATS);
        FloatVector s01 = FloatVector.zero(FLOATS);
        FloatVector s02 = FloatVector.zero(FLOATS);
        FloatVector s03 = FloatVector.zero(FLOATS);
        FloatVector s10 = FloatVector.zero(FLOATS);
        FloatVector s11 = FloatVector.zero(FLOATS);
        FloatVector s12 = FloatVector.zero(FLOATS);
        FloatVector s13 = FloatVector.zero(FLOATS);
        FloatVector s20 = FloatVector.zero(FLOATS);
        FloatVector s21 = FloatVector.zero(FLOATS);
        FloatVector s22 = FloatVector.zero(FLOATS);
        FloatVector s23 = FloatVector.zero(FLOATS);
        int bound = FLOATS.loopBound(length);
        for (int t = 0; t < bound; t += FLOATS.length()) {
            FloatVector x0 = FloatVector.fromArray(FLOATS, a, a0 + t);
            FloatVector x1 = FloatVector.fromArray(FLOATS, a, a1 + t);
            FloatVector x2 = FloatVector.fromArray(FLOATS, a, a2 + t);
            FloatVector y0 = FloatVector.fromArray(FLOATS, b, b0 + t);
            s00 = x0.fma(y0, s00);
            s10 = x1.fma(y0, s10);
            s20 = x2.fma(y0, s20);
            FloatVector y1 = FloatVector.fromArray(FLOATS, b, b1 + t);
            s01 = x0.fma(y1, s01);
            s11 = x1.fma(y1, s11);
            s21 = x2.fma(y1, s21);
            FloatVector y2 = FloatVector.fromArray(FLOATS, b, b2 + t);
            s02 = x0.fma(y2, s02);
            s12 = x1.fma(y2, s12);
            s22 = x2.fma(y2, s22);
            FloatVector y3 = FloatVector.fromArray(FLOATS, b, b3 + t);
            s03 = x0.fma(y3, s03);
            s13 = x1.fma(y3, s13);
            s23 = x2.fma(y3, s23);
        }
        int w = FLOATS.length();
        s00.intoArray(lanes, 0 * w);
        s01.intoArray(lanes, 1 * w);
        s02.intoArray(lanes, 2 * w);
        s03.intoArray(lanes, 3 * w);
        s10.intoArray(lanes, 4 * w);
        s11.intoArray(lanes, 5 * w);
        s12.intoArray(lanes, 6 * w);
        s13.intoArray(lanes, 7 * w);
        s20.intoArray(lanes, 8 * w);
        s21.intoArray(lanes, 9 * w);
        s22.intoArray(lanes, 10 * w);
        s23.intoArray(lanes, 11 * w);
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 4; j++) {
                out[at + i * stride + j] =
                        tail(sum(lanes, (i * 4 + j) * w, w), a, a0 + i * length, b, b0 + j * length, bound, length);
            }
        }
    }

    private static void squared3x4(
            float[] a, int a0, float[] b, int b0, int length, float[] lanes, float[] out, int at, int stride) {
        int a1 = a0 + length;
        int a2 = a1 + length;
        int b1 = b0 + length;
        int b2 = b1 + length;
        int b3 = b2 + length;
        FloatVector s00 = FloatVector.zero(FLOATS);
        FloatVector s01 = FloatVector.zero(FLOATS);
        FloatVector s02 = FloatVector.zero(FLOATS);
        FloatVector s03 = FloatVector.zero(FLOATS);
        FloatVector s10 = FloatVector.zero(FLOATS);
        FloatVector s11 = FloatVector.zero(FLOATS);
        FloatVector s12 = FloatVector.zero(FLOATS);
        FloatVector s13 = FloatVector.zero(FLOATS);
        FloatVector s20 = FloatVector.zero(FLOATS);
        FloatVector s21 = FloatVector.zero(FLOATS);
        FloatVector s22 = FloatVector.zero(FLOATS);
        FloatVector s23 = FloatVector.zero(FLOATS);
        int bound = FLOATS.loopBound(length);
        for (int t = 0; t < bound; t += FLOATS.length()) {
            FloatVector x0 = FloatVector.fromArray(FLOATS, a, a0 + t);
            FloatVector x1 = FloatVector.fromArray(FLOATS, a, a1 + t);
            FloatVector x2 = FloatVector.fromArray(FLOATS, a, a2 + t);
            FloatVector y0 = FloatVector.fromArray(FLOATS, b, b0 + t);
            FloatVector d00 = x0.sub(y0);
            s00 = d00.fma(d00, s00);
            FloatVector d10 = x1.sub(y0);
            s10 = d10.fma(d10, s10);
            FloatVector d20 = x2.sub(y0);
            s20 = d20.fma(d20, s20);
            FloatVector y1 = FloatVector.fromArray(FLOATS, b, b1 + t);
            FloatVector d01 = x0.sub(y1);
            s01 = d01.fma(d01, s01);
            FloatVector d11 = x1.sub(y1);
            s11 = d11.fma(d11, s11);
            FloatVector d21 = x2.sub(y1);
            s21 = d21.fma(d21, s21);
            FloatVector y2 = FloatVector.fromArray(FLOATS, b, b2 + t);
            FloatVector d02 = x0.sub(y2);
            s02 = d02.fma(d02, s02);
            FloatVector d12 = x1.sub(y2);
            s12 = d12.fma(d12, s12);
            FloatVector d22 = x2.sub(y2);
            s22 = d22.fma(d22, s22);
            FloatVector y3 = FloatVector.fromArray(FLOATS, b, b3 + t);
            FloatVector d03 = x0.sub(y3);
            s03 = d03.fma(d03, s03);
            FloatVector d13 = x1.sub(y3);
            s13 = d13.fma(d13, s13);
            FloatVector d23 = x2.sub(y3);
            s23 = d23.fma(d23, s23);
        }
        int w = FLOATS.length();
        s00.intoArray(lanes, 0 * w);
        s01.intoArray(lanes, 1 * w);
        s02.intoArray(lanes, 2 * w);
        s03.intoArray(lanes, 3 * w);
        s10.intoArray(lanes, 4 * w);
        s11.intoArray(lanes, 5 * w);
        s12.intoArray(lanes, 6 * w);
        s13.intoArray(lanes, 7 * w);
        s20.intoArray(lanes, 8 * w);
        s21.intoArray(lanes, 9 * w);
        s22.intoArray(lanes, 10 * w);
        s23.intoArray(lanes, 11 * w);
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 4; j++) {
                out[at + i * stride + j] = squaredTail(
                        sum(lanes, (i * 4 + j) * w, w), a, a0 + i * length, b, b0 + j * length, bound, length);
            }
        }
    }

    private static void dots3x4(
            double[] a, int a0, double[] b, int b0, int length, double[] lanes, double[] out, int at, int stride) {
        int a1 = a0 + length;
        int a2 = a1 + length;
        int b1 = b0 + length;
        int b2 = b1 + length;
        int b3 = b2 + length;
        DoubleVector s00 = DoubleVector.zero(DOUBLES);
        DoubleVector s01 = DoubleVector.zero(DOUBLES);
        DoubleVector s02 = DoubleVector.zero(DOUBLES);
        DoubleVector s03 = DoubleVector.zero(DOUBLES);
        DoubleVector s10 = DoubleVector.zero(DOUBLES);
        DoubleVector s11 = DoubleVector.zero(DOUBLES);
        DoubleVector s12 = DoubleVector.zero(DOUBLES);
        DoubleVector s13 = DoubleVector.zero(DOUBLES);
        DoubleVector s20 = DoubleVector.zero(DOUBLES);
        DoubleVector s21 = DoubleVector.zero(DOUBLES);
        DoubleVector s22 = DoubleVector.zero(DOUBLES);
        DoubleVector s23 = DoubleVector.zero(DOUBLES);
        int bound = DOUBLES.loopBound(length);
        for (int t = 0; t < bound; t += DOUBLES.length()) {
            DoubleVector x0 = DoubleVector.fromArray(DOUBLES, a, a0 + t);
            DoubleVector x1 = DoubleVector.fromArray(DOUBLES, a, a1 + t);
            DoubleVector x2 = DoubleVector.fromArray(DOUBLES, a, a2 + t);
            DoubleVector y0 = DoubleVector.fromArray(DOUBLES, b, b0 + t);
            s00 = x0.fma(y0, s00);
            s10 = x1.fma(y0, s10);
            s20 = x2.fma(y0, s20);
            DoubleVector y1 = DoubleVector.fromArray(DOUBLES, b, b1 + t);
            s01 = x0.fma(y1, s01);
            s11 = x1.fma(y1, s11);
            s21 = x2.fma(y1, s21);
            DoubleVector y2 = DoubleVector.fromArray(DOUBLES, b, b2 + t);
            s02 = x0.fma(y2, s02);
            s12 = x1.fma(y2, s12);
            s22 = x2.fma(y2, s22);
            DoubleVector y3 = DoubleVector.fromArray(DOUBLES, b, b3 + t);
            s03 = x0.fma(y3, s03);
            s13 = x1.fma(y3, s13);
            s23 = x2.fma(y3, s23);
        }
        int w = DOUBLES.length();
        s00.intoArray(lanes, 0 * w);
        s01.intoArray(lanes, 1 * w);
        s02.intoArray(lanes, 2 * w);
        s03.intoArray(lanes, 3 * w);
        s10.intoArray(lanes, 4 * w);
        s11.intoArray(lanes, 5 * w);
        s12.intoArray(lanes, 6 * w);
        s13.intoArray(lanes, 7 * w);
        s20.intoArray(lanes, 8 * w);
        s21.intoArray(lanes, 9 * w);
        s22.intoArray(lanes, 10 * w);
        s23.intoArray(lanes, 11 * w);
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 4; j++) {
                out[at + i * stride + j] =
                        tail(sum(lanes, (i * 4 + j) * w, w), a, a0 + i * length, b, b0 + j * length, bound, length);
            }
        }
    }

    private static float dot(float[] a, int aOffset, float[] b, int bOffset, int length, float[] lanes) {
        FloatVector s = FloatVector.zero(FLOATS);
        int bound = FLOATS.loopBound(length);
        for (int t = 0; t < bound; t += FLOATS.length()) {
            s = FloatVector.fromArray(FLOATS, a, aOffset + t).fma(FloatVector.fromArray(FLOATS, b, bOffset + t), s);
        }
        s.intoArray(lanes, 0);
        return tail(sum(lanes, 0, FLOATS.length()), a, aOffset, b, bOffset, bound, length);
    }

    private static float squared(float[] a, int aOffset, float[] b, int bOffset, int length, float[] lanes) {
        FloatVector s = FloatVector.zero(FLOATS);
        int bound = FLOATS.loopBound(length);
        for (int t = 0; t < bound; t += FLOATS.length()) {
            FloatVector d =
                    FloatVector.fromArray(FLOATS, a, aOffset + t).sub(FloatVector.fromArray(FLOATS, b, bOffset + t));
            s = d.fma(d, s);
        }
        s.intoArray(lanes, 0);
        return squaredTail(sum(lanes, 0, FLOATS.length()), a, aOffset, b, bOffset, bound, length);
    }

    private static double dot(double[] a, int aOffset, double[] b, int bOffset, int length, double[] lanes) {
        DoubleVector s = DoubleVector.zero(DOUBLES);
        int bound = DOUBLES.loopBound(length);
        for (int t = 0; t < bound; t += DOUBLES.length()) {
            s = DoubleVector.fromArray(DOUBLES, a, aOffset + t).fma(DoubleVector.fromArray(DOUBLES, b, bOffset + t), s);
        }
        s.intoArray(lanes, 0);
        return tail(sum(lanes, 0, DOUBLES.length()), a, aOffset, b, bOffset, bound, length);
    }

    private static double squared(double[] a, int aOffset, double[] b, int bOffset, int length, double[] lanes) {
        DoubleVector s = DoubleVector.zero(DOUBLES);
        int bound = DOUBLES.loopBound(length);
        for (int t = 0; t < bound; t += DOUBLES.length()) {
            DoubleVector d = DoubleVector.fromArray(DOUBLES, a, aOffset + t)
                    .sub(DoubleVector.fromArray(DOUBLES, b, bOffset + t));
            s = d.fma(d, s);
        }
        s.intoArray(lanes, 0);
        return squaredTail(sum(lanes, 0, DOUBLES.length()), a, aOffset, b, bOffset, bound, length);
    }

    private static float sum(float[] lanes, int offset, int width) {
        int left = width;
        if (left == 16) {
            FloatVector.fromArray(FloatVector.SPECIES_256, lanes, offset)
                    .add(FloatVector.fromArray(FloatVector.SPECIES_256, lanes, offset + 8))
                    .intoArray(lanes, offset);
            left = 8;
        }
        if (left == 8) {
            FloatVector.fromArray(FloatVector.SPECIES_128, lanes, offset)
                    .add(FloatVector.fromArray(FloatVector.SPECIES_128, lanes, offset + 4))
                    .intoArray(lanes, offset);
            left = 4;
        }
        if (left == 4) {
            return (lanes[offset] + lanes[offset + 2]) + (lanes[offset + 1] + lanes[offset + 3]);
        }
        float sum = 0;
        for (int l = 0; l < left; l++) {
            sum += lanes[offset + l];
        }
        return sum;
    }

    private static float tail(float sum, float[] a, int aOffset, float[] b, int bOffset, int from, int length) {
        for (int t = from; t < length; t++) {
            sum = Math.fma(a[aOffset + t], b[bOffset + t], sum);
        }
        return sum;
    }

    private static float squaredTail(float sum, float[] a, int aOffset, float[] b, int bOffset, int from, int length) {
        for (int t = from; t < length; t++) {
            float d = a[aOffset + t] - b[bOffset + t];
            sum = Math.fma(d, d, sum);
        }
        return sum;
    }

    private static double sum(double[] lanes, int offset, int width) {
        int left = width;
        if (left == 8) {
            DoubleVector.fromArray(DoubleVector.SPECIES_256, lanes, offset)
                    .add(DoubleVector.fromArray(DoubleVector.SPECIES_256, lanes, offset + 4))
                    .intoArray(lanes, offset);
            left = 4;
        }
        if (left == 4) {
            return (lanes[offset] + lanes[offset + 2]) + (lanes[offset + 1] + lanes[offset + 3]);
        }
        double sum = 0;
        for (int l = 0; l < left; l++) {
            sum += lanes[offset + l];
        }
        return sum;
    }

    private static double tail(double sum, double[] a, int aOffset, double[] b, int bOffset, int from, int length) {
        for (int t = from; t < length; t++) {
            sum = Math.fma(a[aOffset + t], b[bOffset + t], sum);
        }
        return sum;
    }

    private static double squaredTail(
            double sum, double[] a, int aOffset, double[] b, int bOffset, int from, int length) {
        for (int t = from; t < length; t++) {
            double d = a[aOffset + t] - b[bOffset + t];
            sum = Math.fma(d, d, sum);
        }
        return sum;
    }
}
