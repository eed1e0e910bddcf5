// SPDX-License-Identifier: Apache-2.0
package io.github.stray.internal.linalg;

import java.lang.invoke.VarHandle;
import java.util.Set;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Kernels in the widest registers of the machine. A tile is {@link #ROWS} rows times two vectors of columns. Lanes of a
 * single row are added in a fixed order, because the order of {@code reduceLanes} may differ between interpreted and
 * compiled code.
 */
final class VectorKernels implements Kernels {
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Double> DOUBLES = DoubleVector.SPECIES_PREFERRED;

    /** As many floats as there are doubles in a register. */
    private static final VectorSpecies<Float> NARROW =
            VectorSpecies.of(float.class, VectorShape.forBitSize(DOUBLES.vectorBitSize() / 2));

    private static final boolean X86 = Set.of("amd64", "x86_64").contains(System.getProperty("os.arch"));

    @Override
    public String name() {
        return "vector-" + FLOATS.vectorBitSize();
    }

    @Override
    public int floatColumns() {
        return 2 * FLOATS.length();
    }

    @Override
    public int doubleColumns() {
        return 2 * DOUBLES.length();
    }

    @Override
    public void addDots(float[] a, int aAt, float[] b, int bAt, int length, float[] tile) {
        FloatVector s00 = FloatVector.fromArray(FLOATS, tile, 0);
        FloatVector s01 = FloatVector.fromArray(FLOATS, tile, FLOATS.length());
        FloatVector s10 = FloatVector.fromArray(FLOATS, tile, 2 * FLOATS.length());
        FloatVector s11 = FloatVector.fromArray(FLOATS, tile, 3 * FLOATS.length());
        FloatVector s20 = FloatVector.fromArray(FLOATS, tile, 4 * FLOATS.length());
        FloatVector s21 = FloatVector.fromArray(FLOATS, tile, 5 * FLOATS.length());
        FloatVector s30 = FloatVector.fromArray(FLOATS, tile, 6 * FLOATS.length());
        FloatVector s31 = FloatVector.fromArray(FLOATS, tile, 7 * FLOATS.length());
        FloatVector s40 = FloatVector.fromArray(FLOATS, tile, 8 * FLOATS.length());
        FloatVector s41 = FloatVector.fromArray(FLOATS, tile, 9 * FLOATS.length());
        FloatVector s50 = FloatVector.fromArray(FLOATS, tile, 10 * FLOATS.length());
        FloatVector s51 = FloatVector.fromArray(FLOATS, tile, 11 * FLOATS.length());
        for (int k = 0; k < length; k++) {
            int ak = aAt + k * ROWS;
            int bk = bAt + k * (2 * FLOATS.length());
            FloatVector b0 = FloatVector.fromArray(FLOATS, b, bk);
            FloatVector b1 = FloatVector.fromArray(FLOATS, b, bk + FLOATS.length());
            FloatVector a0 = FloatVector.broadcast(FLOATS, a[ak]);
            s00 = a0.fma(b0, s00);
            s01 = a0.fma(b1, s01);
            loadNoFurtherAhead();
            FloatVector a1 = FloatVector.broadcast(FLOATS, a[ak + 1]);
            s10 = a1.fma(b0, s10);
            s11 = a1.fma(b1, s11);
            loadNoFurtherAhead();
            FloatVector a2 = FloatVector.broadcast(FLOATS, a[ak + 2]);
            s20 = a2.fma(b0, s20);
            s21 = a2.fma(b1, s21);
            loadNoFurtherAhead();
            FloatVector a3 = FloatVector.broadcast(FLOATS, a[ak + 3]);
            s30 = a3.fma(b0, s30);
            s31 = a3.fma(b1, s31);
            loadNoFurtherAhead();
            FloatVector a4 = FloatVector.broadcast(FLOATS, a[ak + 4]);
            s40 = a4.fma(b0, s40);
            s41 = a4.fma(b1, s41);
            loadNoFurtherAhead();
            FloatVector a5 = FloatVector.broadcast(FLOATS, a[ak + 5]);
            s50 = a5.fma(b0, s50);
            s51 = a5.fma(b1, s51);
        }
        s00.intoArray(tile, 0);
        s01.intoArray(tile, FLOATS.length());
        s10.intoArray(tile, 2 * FLOATS.length());
        s11.intoArray(tile, 3 * FLOATS.length());
        s20.intoArray(tile, 4 * FLOATS.length());
        s21.intoArray(tile, 5 * FLOATS.length());
        s30.intoArray(tile, 6 * FLOATS.length());
        s31.intoArray(tile, 7 * FLOATS.length());
        s40.intoArray(tile, 8 * FLOATS.length());
        s41.intoArray(tile, 9 * FLOATS.length());
        s50.intoArray(tile, 10 * FLOATS.length());
        s51.intoArray(tile, 11 * FLOATS.length());
    }

    @Override
    public void addSquaredDistances(float[] a, int aAt, float[] b, int bAt, int length, float[] tile) {
        FloatVector s00 = FloatVector.fromArray(FLOATS, tile, 0);
        FloatVector s01 = FloatVector.fromArray(FLOATS, tile, FLOATS.length());
        FloatVector s10 = FloatVector.fromArray(FLOATS, tile, 2 * FLOATS.length());
        FloatVector s11 = FloatVector.fromArray(FLOATS, tile, 3 * FLOATS.length());
        FloatVector s20 = FloatVector.fromArray(FLOATS, tile, 4 * FLOATS.length());
        FloatVector s21 = FloatVector.fromArray(FLOATS, tile, 5 * FLOATS.length());
        FloatVector s30 = FloatVector.fromArray(FLOATS, tile, 6 * FLOATS.length());
        FloatVector s31 = FloatVector.fromArray(FLOATS, tile, 7 * FLOATS.length());
        FloatVector s40 = FloatVector.fromArray(FLOATS, tile, 8 * FLOATS.length());
        FloatVector s41 = FloatVector.fromArray(FLOATS, tile, 9 * FLOATS.length());
        FloatVector s50 = FloatVector.fromArray(FLOATS, tile, 10 * FLOATS.length());
        FloatVector s51 = FloatVector.fromArray(FLOATS, tile, 11 * FLOATS.length());
        for (int k = 0; k < length; k++) {
            int ak = aAt + k * ROWS;
            int bk = bAt + k * (2 * FLOATS.length());
            FloatVector b0 = FloatVector.fromArray(FLOATS, b, bk);
            FloatVector b1 = FloatVector.fromArray(FLOATS, b, bk + FLOATS.length());
            FloatVector a0 = FloatVector.broadcast(FLOATS, a[ak]);
            FloatVector d00 = a0.sub(b0);
            s00 = d00.fma(d00, s00);
            FloatVector d01 = a0.sub(b1);
            s01 = d01.fma(d01, s01);
            loadNoFurtherAhead();
            FloatVector a1 = FloatVector.broadcast(FLOATS, a[ak + 1]);
            FloatVector d10 = a1.sub(b0);
            s10 = d10.fma(d10, s10);
            FloatVector d11 = a1.sub(b1);
            s11 = d11.fma(d11, s11);
            loadNoFurtherAhead();
            FloatVector a2 = FloatVector.broadcast(FLOATS, a[ak + 2]);
            FloatVector d20 = a2.sub(b0);
            s20 = d20.fma(d20, s20);
            FloatVector d21 = a2.sub(b1);
            s21 = d21.fma(d21, s21);
            loadNoFurtherAhead();
            FloatVector a3 = FloatVector.broadcast(FLOATS, a[ak + 3]);
            FloatVector d30 = a3.sub(b0);
            s30 = d30.fma(d30, s30);
            FloatVector d31 = a3.sub(b1);
            s31 = d31.fma(d31, s31);
            loadNoFurtherAhead();
            FloatVector a4 = FloatVector.broadcast(FLOATS, a[ak + 4]);
            FloatVector d40 = a4.sub(b0);
            s40 = d40.fma(d40, s40);
            FloatVector d41 = a4.sub(b1);
            s41 = d41.fma(d41, s41);
            loadNoFurtherAhead();
            FloatVector a5 = FloatVector.broadcast(FLOATS, a[ak + 5]);
            FloatVector d50 = a5.sub(b0);
            s50 = d50.fma(d50, s50);
            FloatVector d51 = a5.sub(b1);
            s51 = d51.fma(d51, s51);
        }
        s00.intoArray(tile, 0);
        s01.intoArray(tile, FLOATS.length());
        s10.intoArray(tile, 2 * FLOATS.length());
        s11.intoArray(tile, 3 * FLOATS.length());
        s20.intoArray(tile, 4 * FLOATS.length());
        s21.intoArray(tile, 5 * FLOATS.length());
        s30.intoArray(tile, 6 * FLOATS.length());
        s31.intoArray(tile, 7 * FLOATS.length());
        s40.intoArray(tile, 8 * FLOATS.length());
        s41.intoArray(tile, 9 * FLOATS.length());
        s50.intoArray(tile, 10 * FLOATS.length());
        s51.intoArray(tile, 11 * FLOATS.length());
    }

    @Override
    public void addDots(double[] a, int aAt, double[] b, int bAt, int length, double[] tile) {
        DoubleVector s00 = DoubleVector.fromArray(DOUBLES, tile, 0);
        DoubleVector s01 = DoubleVector.fromArray(DOUBLES, tile, DOUBLES.length());
        DoubleVector s10 = DoubleVector.fromArray(DOUBLES, tile, 2 * DOUBLES.length());
        DoubleVector s11 = DoubleVector.fromArray(DOUBLES, tile, 3 * DOUBLES.length());
        DoubleVector s20 = DoubleVector.fromArray(DOUBLES, tile, 4 * DOUBLES.length());
        DoubleVector s21 = DoubleVector.fromArray(DOUBLES, tile, 5 * DOUBLES.length());
        DoubleVector s30 = DoubleVector.fromArray(DOUBLES, tile, 6 * DOUBLES.length());
        DoubleVector s31 = DoubleVector.fromArray(DOUBLES, tile, 7 * DOUBLES.length());
        DoubleVector s40 = DoubleVector.fromArray(DOUBLES, tile, 8 * DOUBLES.length());
        DoubleVector s41 = DoubleVector.fromArray(DOUBLES, tile, 9 * DOUBLES.length());
        DoubleVector s50 = DoubleVector.fromArray(DOUBLES, tile, 10 * DOUBLES.length());
        DoubleVector s51 = DoubleVector.fromArray(DOUBLES, tile, 11 * DOUBLES.length());
        for (int k = 0; k < length; k++) {
            int ak = aAt + k * ROWS;
            int bk = bAt + k * (2 * DOUBLES.length());
            DoubleVector b0 = DoubleVector.fromArray(DOUBLES, b, bk);
            DoubleVector b1 = DoubleVector.fromArray(DOUBLES, b, bk + DOUBLES.length());
            DoubleVector a0 = DoubleVector.broadcast(DOUBLES, a[ak]);
            s00 = a0.fma(b0, s00);
            s01 = a0.fma(b1, s01);
            loadNoFurtherAhead();
            DoubleVector a1 = DoubleVector.broadcast(DOUBLES, a[ak + 1]);
            s10 = a1.fma(b0, s10);
            s11 = a1.fma(b1, s11);
            loadNoFurtherAhead();
            DoubleVector a2 = DoubleVector.broadcast(DOUBLES, a[ak + 2]);
            s20 = a2.fma(b0, s20);
            s21 = a2.fma(b1, s21);
            loadNoFurtherAhead();
            DoubleVector a3 = DoubleVector.broadcast(DOUBLES, a[ak + 3]);
            s30 = a3.fma(b0, s30);
            s31 = a3.fma(b1, s31);
            loadNoFurtherAhead();
            DoubleVector a4 = DoubleVector.broadcast(DOUBLES, a[ak + 4]);
            s40 = a4.fma(b0, s40);
            s41 = a4.fma(b1, s41);
            loadNoFurtherAhead();
            DoubleVector a5 = DoubleVector.broadcast(DOUBLES, a[ak + 5]);
            s50 = a5.fma(b0, s50);
            s51 = a5.fma(b1, s51);
        }
        s00.intoArray(tile, 0);
        s01.intoArray(tile, DOUBLES.length());
        s10.intoArray(tile, 2 * DOUBLES.length());
        s11.intoArray(tile, 3 * DOUBLES.length());
        s20.intoArray(tile, 4 * DOUBLES.length());
        s21.intoArray(tile, 5 * DOUBLES.length());
        s30.intoArray(tile, 6 * DOUBLES.length());
        s31.intoArray(tile, 7 * DOUBLES.length());
        s40.intoArray(tile, 8 * DOUBLES.length());
        s41.intoArray(tile, 9 * DOUBLES.length());
        s50.intoArray(tile, 10 * DOUBLES.length());
        s51.intoArray(tile, 11 * DOUBLES.length());
    }

    @Override
    public int rowsAbove(float[] tile, float[] bars, int barsAt) {
        int rows = 0;
        for (int r = 0; r < ROWS; r++) {
            int at = r * (2 * FLOATS.length());
            FloatVector larger = FloatVector.fromArray(FLOATS, tile, at)
                    .max(FloatVector.fromArray(FLOATS, tile, at + FLOATS.length()));
            if (larger.compare(VectorOperators.GT, bars[barsAt + r]).anyTrue()) {
                rows |= 1 << r;
            }
        }
        return rows;
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
    public double dot(double[] a, int aOffset, float[] b, int bOffset, int length) {
        DoubleVector s0 = DoubleVector.zero(DOUBLES);
        DoubleVector s1 = DoubleVector.zero(DOUBLES);
        DoubleVector s2 = DoubleVector.zero(DOUBLES);
        DoubleVector s3 = DoubleVector.zero(DOUBLES);
        int step = 4 * DOUBLES.length();
        int t = 0;
        for (; t <= length - step; t += step) {
            int i = aOffset + t;
            int j = bOffset + t;
            s0 = at(a, i).fma(widened(b, j), s0);
            s1 = at(a, i + DOUBLES.length()).fma(widened(b, j + DOUBLES.length()), s1);
            s2 = at(a, i + 2 * DOUBLES.length()).fma(widened(b, j + 2 * DOUBLES.length()), s2);
            s3 = at(a, i + 3 * DOUBLES.length()).fma(widened(b, j + 3 * DOUBLES.length()), s3);
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

    /**
     * Keeps the compiler from loading all values of a step ahead of the arithmetic. It would run out of the 16 registers of
     * AVX2 and keep sums on the stack. On x86 the fence is not an instruction; other processors have registers enough.
     */
    private static void loadNoFurtherAhead() {
        if (X86) {
            VarHandle.acquireFence();
        }
    }

    private static DoubleVector at(double[] values, int offset) {
        return DoubleVector.fromArray(DOUBLES, values, offset);
    }

    private static DoubleVector widened(float[] values, int offset) {
        return (DoubleVector)
                FloatVector.fromArray(NARROW, values, offset).convertShape(VectorOperators.F2D, DOUBLES, 0);
    }

    private static double sum(DoubleVector vector) {
        double sum = 0;
        for (double lane : vector.toArray()) {
            sum += lane;
        }
        return sum;
    }
}
