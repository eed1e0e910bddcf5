// SPDX-License-Identifier: Apache-2.0
package io.github.stray.internal.linalg;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Kernels in the widest registers of the machine. A tile is {@link #ROWS} rows times three vectors of columns. Lanes of a
 * single row are added in a fixed order, because the order of {@code reduceLanes} may differ between interpreted and
 * compiled code.
 */
final class VectorKernels implements Kernels {
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Double> DOUBLES = DoubleVector.SPECIES_PREFERRED;

    @Override
    public String name() {
        return "vector-" + FLOATS.vectorBitSize();
    }

    @Override
    public int floatColumns() {
        return 3 * FLOATS.length();
    }

    @Override
    public int doubleColumns() {
        return 3 * DOUBLES.length();
    }

    @Override
    public void addDots(float[] a, int aAt, float[] b, int bAt, int length, float[] c, int cAt, int stride) {
        int c1 = cAt + stride;
        int c2 = c1 + stride;
        FloatVector s00 = FloatVector.fromArray(FLOATS, c, cAt);
        FloatVector s01 = FloatVector.fromArray(FLOATS, c, cAt + FLOATS.length());
        FloatVector s02 = FloatVector.fromArray(FLOATS, c, cAt + 2 * FLOATS.length());
        FloatVector s10 = FloatVector.fromArray(FLOATS, c, c1);
        FloatVector s11 = FloatVector.fromArray(FLOATS, c, c1 + FLOATS.length());
        FloatVector s12 = FloatVector.fromArray(FLOATS, c, c1 + 2 * FLOATS.length());
        FloatVector s20 = FloatVector.fromArray(FLOATS, c, c2);
        FloatVector s21 = FloatVector.fromArray(FLOATS, c, c2 + FLOATS.length());
        FloatVector s22 = FloatVector.fromArray(FLOATS, c, c2 + 2 * FLOATS.length());
        for (int k = 0; k < length; k++) {
            int ak = aAt + k * ROWS;
            int bk = bAt + k * (3 * FLOATS.length());
            FloatVector b0 = FloatVector.fromArray(FLOATS, b, bk);
            FloatVector b1 = FloatVector.fromArray(FLOATS, b, bk + FLOATS.length());
            FloatVector b2 = FloatVector.fromArray(FLOATS, b, bk + 2 * FLOATS.length());
            FloatVector a0 = FloatVector.broadcast(FLOATS, a[ak]);
            s00 = a0.fma(b0, s00);
            s01 = a0.fma(b1, s01);
            s02 = a0.fma(b2, s02);
            FloatVector a1 = FloatVector.broadcast(FLOATS, a[ak + 1]);
            s10 = a1.fma(b0, s10);
            s11 = a1.fma(b1, s11);
            s12 = a1.fma(b2, s12);
            FloatVector a2 = FloatVector.broadcast(FLOATS, a[ak + 2]);
            s20 = a2.fma(b0, s20);
            s21 = a2.fma(b1, s21);
            s22 = a2.fma(b2, s22);
        }
        s00.intoArray(c, cAt);
        s01.intoArray(c, cAt + FLOATS.length());
        s02.intoArray(c, cAt + 2 * FLOATS.length());
        s10.intoArray(c, c1);
        s11.intoArray(c, c1 + FLOATS.length());
        s12.intoArray(c, c1 + 2 * FLOATS.length());
        s20.intoArray(c, c2);
        s21.intoArray(c, c2 + FLOATS.length());
        s22.intoArray(c, c2 + 2 * FLOATS.length());
    }

    @Override
    public void addSquaredDistances(
            float[] a, int aAt, float[] b, int bAt, int length, float[] c, int cAt, int stride) {
        int c1 = cAt + stride;
        int c2 = c1 + stride;
        FloatVector s00 = FloatVector.fromArray(FLOATS, c, cAt);
        FloatVector s01 = FloatVector.fromArray(FLOATS, c, cAt + FLOATS.length());
        FloatVector s02 = FloatVector.fromArray(FLOATS, c, cAt + 2 * FLOATS.length());
        FloatVector s10 = FloatVector.fromArray(FLOATS, c, c1);
        FloatVector s11 = FloatVector.fromArray(FLOATS, c, c1 + FLOATS.length());
        FloatVector s12 = FloatVector.fromArray(FLOATS, c, c1 + 2 * FLOATS.length());
        FloatVector s20 = FloatVector.fromArray(FLOATS, c, c2);
        FloatVector s21 = FloatVector.fromArray(FLOATS, c, c2 + FLOATS.length());
        FloatVector s22 = FloatVector.fromArray(FLOATS, c, c2 + 2 * FLOATS.length());
        for (int k = 0; k < length; k++) {
            int ak = aAt + k * ROWS;
            int bk = bAt + k * (3 * FLOATS.length());
            FloatVector b0 = FloatVector.fromArray(FLOATS, b, bk);
            FloatVector b1 = FloatVector.fromArray(FLOATS, b, bk + FLOATS.length());
            FloatVector b2 = FloatVector.fromArray(FLOATS, b, bk + 2 * FLOATS.length());
            FloatVector a0 = FloatVector.broadcast(FLOATS, a[ak]);
            FloatVector d00 = a0.sub(b0);
            s00 = d00.fma(d00, s00);
            FloatVector d01 = a0.sub(b1);
            s01 = d01.fma(d01, s01);
            FloatVector d02 = a0.sub(b2);
            s02 = d02.fma(d02, s02);
            FloatVector a1 = FloatVector.broadcast(FLOATS, a[ak + 1]);
            FloatVector d10 = a1.sub(b0);
            s10 = d10.fma(d10, s10);
            FloatVector d11 = a1.sub(b1);
            s11 = d11.fma(d11, s11);
            FloatVector d12 = a1.sub(b2);
            s12 = d12.fma(d12, s12);
            FloatVector a2 = FloatVector.broadcast(FLOATS, a[ak + 2]);
            FloatVector d20 = a2.sub(b0);
            s20 = d20.fma(d20, s20);
            FloatVector d21 = a2.sub(b1);
            s21 = d21.fma(d21, s21);
            FloatVector d22 = a2.sub(b2);
            s22 = d22.fma(d22, s22);
        }
        s00.intoArray(c, cAt);
        s01.intoArray(c, cAt + FLOATS.length());
        s02.intoArray(c, cAt + 2 * FLOATS.length());
        s10.intoArray(c, c1);
        s11.intoArray(c, c1 + FLOATS.length());
        s12.intoArray(c, c1 + 2 * FLOATS.length());
        s20.intoArray(c, c2);
        s21.intoArray(c, c2 + FLOATS.length());
        s22.intoArray(c, c2 + 2 * FLOATS.length());
    }

    @Override
    public void addDots(double[] a, int aAt, double[] b, int bAt, int length, double[] c, int cAt, int stride) {
        int c1 = cAt + stride;
        int c2 = c1 + stride;
        DoubleVector s00 = DoubleVector.fromArray(DOUBLES, c, cAt);
        DoubleVector s01 = DoubleVector.fromArray(DOUBLES, c, cAt + DOUBLES.length());
        DoubleVector s02 = DoubleVector.fromArray(DOUBLES, c, cAt + 2 * DOUBLES.length());
        DoubleVector s10 = DoubleVector.fromArray(DOUBLES, c, c1);
        DoubleVector s11 = DoubleVector.fromArray(DOUBLES, c, c1 + DOUBLES.length());
        DoubleVector s12 = DoubleVector.fromArray(DOUBLES, c, c1 + 2 * DOUBLES.length());
        DoubleVector s20 = DoubleVector.fromArray(DOUBLES, c, c2);
        DoubleVector s21 = DoubleVector.fromArray(DOUBLES, c, c2 + DOUBLES.length());
        DoubleVector s22 = DoubleVector.fromArray(DOUBLES, c, c2 + 2 * DOUBLES.length());
        for (int k = 0; k < length; k++) {
            int ak = aAt + k * ROWS;
            int bk = bAt + k * (3 * DOUBLES.length());
            DoubleVector b0 = DoubleVector.fromArray(DOUBLES, b, bk);
            DoubleVector b1 = DoubleVector.fromArray(DOUBLES, b, bk + DOUBLES.length());
            DoubleVector b2 = DoubleVector.fromArray(DOUBLES, b, bk + 2 * DOUBLES.length());
            DoubleVector a0 = DoubleVector.broadcast(DOUBLES, a[ak]);
            s00 = a0.fma(b0, s00);
            s01 = a0.fma(b1, s01);
            s02 = a0.fma(b2, s02);
            DoubleVector a1 = DoubleVector.broadcast(DOUBLES, a[ak + 1]);
            s10 = a1.fma(b0, s10);
            s11 = a1.fma(b1, s11);
            s12 = a1.fma(b2, s12);
            DoubleVector a2 = DoubleVector.broadcast(DOUBLES, a[ak + 2]);
            s20 = a2.fma(b0, s20);
            s21 = a2.fma(b1, s21);
            s22 = a2.fma(b2, s22);
        }
        s00.intoArray(c, cAt);
        s01.intoArray(c, cAt + DOUBLES.length());
        s02.intoArray(c, cAt + 2 * DOUBLES.length());
        s10.intoArray(c, c1);
        s11.intoArray(c, c1 + DOUBLES.length());
        s12.intoArray(c, c1 + 2 * DOUBLES.length());
        s20.intoArray(c, c2);
        s21.intoArray(c, c2 + DOUBLES.length());
        s22.intoArray(c, c2 + 2 * DOUBLES.length());
    }

    @Override
    public int firstAbove(float[] values, int from, int to, float bar) {
        int i = from;
        for (; i <= to - FLOATS.length(); i += FLOATS.length()) {
            VectorMask<Float> above = FloatVector.fromArray(FLOATS, values, i).compare(VectorOperators.GT, bar);
            if (above.anyTrue()) {
                return i + above.firstTrue();
            }
        }
        while (i < to && !(values[i] > bar)) {
            i++;
        }
        return i;
    }

    @Override
    public double dot(double[] a, int aOffset, double[] b, int bOffset, int length) {
        DoubleVector s0 = DoubleVector.zero(DOUBLES);
        DoubleVector s1 = DoubleVector.zero(DOUBLES);
        DoubleVector s2 = DoubleVector.zero(DOUBLES);
        DoubleVector s3 = DoubleVector.zero(DOUBLES);
        int step = 4 * DOUBLES.length();
        int t = 0;
        for (; t <= length - step; t += step) {
            int i = aOffset + t;
            int j = bOffset + t;
            s0 = at(a, i).fma(at(b, j), s0);
            s1 = at(a, i + DOUBLES.length()).fma(at(b, j + DOUBLES.length()), s1);
            s2 = at(a, i + 2 * DOUBLES.length()).fma(at(b, j + 2 * DOUBLES.length()), s2);
            s3 = at(a, i + 3 * DOUBLES.length()).fma(at(b, j + 3 * DOUBLES.length()), s3);
        }
        double sum = t == 0 ? 0 : sum(s0.add(s1).add(s2.add(s3)));
        for (; t < length; t++) {
            sum = Math.fma(a[aOffset + t], b[bOffset + t], sum);
        }
        return sum;
    }

    @Override
    public double squaredDistance(double[] a, int aOffset, double[] b, int bOffset, int length) {
        DoubleVector s0 = DoubleVector.zero(DOUBLES);
        DoubleVector s1 = DoubleVector.zero(DOUBLES);
        DoubleVector s2 = DoubleVector.zero(DOUBLES);
        DoubleVector s3 = DoubleVector.zero(DOUBLES);
        int step = 4 * DOUBLES.length();
        int t = 0;
        for (; t <= length - step; t += step) {
            int i = aOffset + t;
            int j = bOffset + t;
            DoubleVector d0 = at(a, i).sub(at(b, j));
            DoubleVector d1 = at(a, i + DOUBLES.length()).sub(at(b, j + DOUBLES.length()));
            DoubleVector d2 = at(a, i + 2 * DOUBLES.length()).sub(at(b, j + 2 * DOUBLES.length()));
            DoubleVector d3 = at(a, i + 3 * DOUBLES.length()).sub(at(b, j + 3 * DOUBLES.length()));
            s0 = d0.fma(d0, s0);
            s1 = d1.fma(d1, s1);
            s2 = d2.fma(d2, s2);
            s3 = d3.fma(d3, s3);
        }
        double sum = t == 0 ? 0 : sum(s0.add(s1).add(s2.add(s3)));
        for (; t < length; t++) {
            double d = a[aOffset + t] - b[bOffset + t];
            sum = Math.fma(d, d, sum);
        }
        return sum;
    }

    @Override
    public void addScaled(double factor, double[] x, int xAt, double[] y, int yAt, int length) {
        DoubleVector f = DoubleVector.broadcast(DOUBLES, factor);
        int t = 0;
        for (; t <= length - DOUBLES.length(); t += DOUBLES.length()) {
            f.fma(at(x, xAt + t), at(y, yAt + t)).intoArray(y, yAt + t);
        }
        for (; t < length; t++) {
            y[yAt + t] = Math.fma(factor, x[xAt + t], y[yAt + t]);
        }
    }

    @Override
    public void rotate(double c, double s, double[] values, int xAt, int yAt, int length) {
        DoubleVector cosine = DoubleVector.broadcast(DOUBLES, c);
        DoubleVector sine = DoubleVector.broadcast(DOUBLES, s);
        int t = 0;
        for (; t <= length - DOUBLES.length(); t += DOUBLES.length()) {
            DoubleVector x = at(values, xAt + t);
            DoubleVector y = at(values, yAt + t);
            cosine.fma(x, sine.mul(y)).intoArray(values, xAt + t);
            cosine.fma(y, sine.mul(x).neg()).intoArray(values, yAt + t);
        }
        for (; t < length; t++) {
            double x = values[xAt + t];
            double y = values[yAt + t];
            values[xAt + t] = Math.fma(c, x, s * y);
            values[yAt + t] = Math.fma(c, y, -(s * x));
        }
    }

    private static DoubleVector at(double[] values, int offset) {
        return DoubleVector.fromArray(DOUBLES, values, offset);
    }

    private static double sum(DoubleVector vector) {
        double sum = 0;
        for (double lane : vector.toArray()) {
            sum += lane;
        }
        return sum;
    }
}
