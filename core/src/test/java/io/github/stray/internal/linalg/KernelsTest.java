// SPDX-License-Identifier: Apache-2.0
package io.github.stray.internal.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.stray.internal.linalg.FloatProduct.Matrix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class KernelsTest {
    private static final int[] LENGTHS = {1, 3, 7, 8, 9, 15, 16, 17, 255, 512, 768, 1021};

    static List<Arguments> providersAndLengths() {
        var cases = new ArrayList<Arguments>();
        for (int length : LENGTHS) {
            cases.add(Arguments.of(new ScalarKernels(), length));
            cases.add(Arguments.of(new VectorKernels(), length));
        }
        return cases;
    }

    static float[] floats(int count, long seed) {
        Random random = new Random(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    static double[] doubles(int count, long seed) {
        Random random = new Random(seed);
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = random.nextGaussian();
        }
        return values;
    }

    private static void dots(Kernels kernels, float[] a, int aRows, float[] b, int bRows, int length, float[] out) {
        new FloatProduct(kernels)
                .timesTransposed(
                        new Matrix(a, aRows, length), new Matrix(b, bRows, length), new Matrix(out, aRows, bRows));
    }

    private static void squaredDistances(
            Kernels kernels, float[] a, int aRows, float[] b, int bRows, int length, float[] out) {
        int width = kernels.floatColumns();
        float[] left = new float[Panels.size(aRows, Kernels.ROWS, length)];
        float[] right = new float[Panels.size(bRows, width, length)];
        Panels.packRows(a, 0, length, aRows, length, Kernels.ROWS, left, 0);
        Panels.packRows(b, 0, length, bRows, length, width, right, 0);
        for (int j = 0; j < bRows; j += width) {
            for (int i = 0; i < aRows; i += Kernels.ROWS) {
                float[] tile = new float[Kernels.ROWS * width];
                kernels.addSquaredDistances(left, i * length, right, j * length, length, tile);
                for (int r = 0; r < Math.min(Kernels.ROWS, aRows - i); r++) {
                    System.arraycopy(tile, r * width, out, (i + r) * bRows + j, Math.min(width, bRows - j));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("providersAndLengths")
    void floatKernels_anyLength_agreeWithSumsInDouble(Kernels kernels, int length) {
        int m = 7;
        int n = 9;
        float[] a = floats(m * length, 1);
        float[] b = floats(n * length, 2);
        float[] dots = new float[m * n];
        float[] distances = new float[m * n];
        dots(kernels, a, m, b, n, length, dots);
        squaredDistances(kernels, a, m, b, n, length, distances);
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                double dot = 0;
                double magnitude = 0;
                double distance = 0;
                for (int t = 0; t < length; t++) {
                    double x = a[i * length + t];
                    double y = b[j * length + t];
                    dot += x * y;
                    magnitude += Math.abs(x * y);
                    distance += (x - y) * (x - y);
                }
                double bound = 0x1p-24 * (length + 2);
                assertThat((double) dots[i * n + j]).isCloseTo(dot, within(bound * magnitude));
                assertThat((double) distances[i * n + j]).isCloseTo(distance, within((bound + 0x1p-22) * distance));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("providersAndLengths")
    void doubleKernels_anyLength_agreeWithPlainSums(Kernels kernels, int length) {
        int m = 7;
        int n = 9;
        double[] a = doubles((m + 1) * length, 3);
        double[] b = doubles((n + 2) * length, 4);
        float[] narrow = floats((n + 2) * length, 5);
        double[] widened =
                IntStream.range(0, narrow.length).mapToDouble(i -> narrow[i]).toArray();
        double[] dots = new double[m * n];
        kernels.dots(a, 1, m, b, 2, n, length, dots);
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                double dot = 0;
                double distance = 0;
                int x = (i + 1) * length;
                int y = (j + 2) * length;
                for (int t = 0; t < length; t++) {
                    dot += a[x + t] * b[y + t];
                    distance += (a[x + t] - b[y + t]) * (a[x + t] - b[y + t]);
                }
                assertThat(dots[i * n + j]).isCloseTo(dot, within(1e-15 * 4 * length));
                assertThat(kernels.dot(a, x, b, y, length)).isCloseTo(dot, within(1e-15 * 4 * length));
                assertThat(kernels.dot(a, x, narrow, y, length)).isEqualTo(kernels.dot(a, x, widened, y, length));
                assertThat(kernels.squaredDistance(a, x, b, y, length))
                        .isCloseTo(distance, within(1e-15 * length * distance));
            }
        }
    }

    /** A sample must score the same alone and in a batch: a pair may not depend on the tile it lies in. */
    @ParameterizedTest
    @MethodSource("providersAndLengths")
    void kernels_pairInTileOrAlone_sameBits(Kernels kernels, int length) {
        int m = 7;
        int n = 9;
        float[] a = floats(m * length, 5);
        float[] b = floats(n * length, 6);
        double[] da = doubles(m * length, 7);
        double[] db = doubles(n * length, 8);
        float[] dots = new float[m * n];
        float[] distances = new float[m * n];
        double[] doubleDots = new double[m * n];
        dots(kernels, a, m, b, n, length, dots);
        squaredDistances(kernels, a, m, b, n, length, distances);
        kernels.dots(da, 0, m, db, 0, n, length, doubleDots);
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                float[] x = Arrays.copyOfRange(a, i * length, (i + 1) * length);
                float[] y = Arrays.copyOfRange(b, j * length, (j + 1) * length);
                float[] one = new float[1];
                dots(kernels, x, 1, y, 1, length, one);
                assertThat(one[0]).isEqualTo(dots[i * n + j]);
                squaredDistances(kernels, x, 1, y, 1, length, one);
                assertThat(one[0]).isEqualTo(distances[i * n + j]);
                double[] doubleOne = new double[1];
                kernels.dots(da, i, 1, db, j, 1, length, doubleOne);
                assertThat(doubleOne[0]).isEqualTo(doubleDots[i * n + j]);
            }
        }
    }

    /** The definition, in one line an element: what both providers must equal bit for bit. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7, 8, 9, 15, 16, 17, 255, 512, 768, 1021})
    void tiles_anyLengthAndProvider_equalOneFusedMultiplyAddATerm(int length) {
        for (Kernels kernels : List.of(new ScalarKernels(), new VectorKernels())) {
            int rows = Kernels.ROWS;
            int columns = kernels.floatColumns();
            float[] a = floats(rows * length + 5, 9);
            float[] b = floats(columns * length + 2, 10);
            float[] dots = floats(rows * columns, 11);
            float[] distances = dots.clone();
            float[] expectedDots = dots.clone();
            float[] expectedDistances = dots.clone();
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < columns; j++) {
                    int at = i * columns + j;
                    for (int k = 0; k < length; k++) {
                        float x = a[5 + k * rows + i];
                        float y = b[2 + k * columns + j];
                        expectedDots[at] = Math.fma(x, y, expectedDots[at]);
                        expectedDistances[at] = Math.fma(x - y, x - y, expectedDistances[at]);
                    }
                }
            }
            kernels.addDots(a, 5, b, 2, length, dots);
            kernels.addSquaredDistances(a, 5, b, 2, length, distances);
            assertThat(dots).as(kernels.name()).containsExactly(expectedDots);
            assertThat(distances).as(kernels.name()).containsExactly(expectedDistances);
            int wide = kernels.doubleColumns();
            double[] da = doubles(rows * length + 5, 12);
            double[] db = doubles(wide * length + 2, 13);
            double[] sums = doubles(rows * wide, 14);
            double[] expected = sums.clone();
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < wide; j++) {
                    int at = i * wide + j;
                    for (int k = 0; k < length; k++) {
                        expected[at] = Math.fma(da[5 + k * rows + i], db[2 + k * wide + j], expected[at]);
                    }
                }
            }
            kernels.addDots(da, 5, db, 2, length, sums);
            assertThat(sums).as(kernels.name()).containsExactly(expected);
        }
    }

    @Test
    void rowsAbove_anyPlace_marksItsRow() {
        for (Kernels kernels : List.of(new ScalarKernels(), new VectorKernels())) {
            int columns = kernels.floatColumns();
            float[] bars = {9, 0, 1, 2, 3, 4, 5};
            for (int at = 0; at < Kernels.ROWS * columns; at++) {
                int row = at / columns;
                float[] tile = new float[Kernels.ROWS * columns];
                Arrays.fill(tile, -1);
                tile[at] = row + 0.5f;
                assertThat(kernels.rowsAbove(tile, bars, 1)).isEqualTo(1 << row);
                tile[at] = row;
                assertThat(kernels.rowsAbove(tile, bars, 1)).isZero();
            }
        }
    }

    @Test
    void firstAbove_anyPlace_isFoundByBothProviders() {
        for (Kernels kernels : List.of(new ScalarKernels(), new VectorKernels())) {
            for (int at = 3; at < 60; at++) {
                float[] values = new float[64];
                values[1] = 9;
                values[at] = 2;
                values[Math.min(63, at + 5)] = 3;
                assertThat(kernels.firstAbove(values, 2, 64, 1)).isEqualTo(at);
                assertThat(kernels.firstAbove(values, 2, at, 1)).isEqualTo(at);
                assertThat(kernels.firstAbove(values, 2, 64, 3)).isEqualTo(64);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7, 8, 15, 16, 17, 255, 512, 768, 1021})
    void rowOperations_anyLength_sameBitsAsPlainLoops(int length) {
        double[] x = doubles(length + 3, 15);
        double[] values = doubles(2 * length + 4, 16);
        double[] added = values.clone();
        double[] rotated = values.clone();
        for (int t = 0; t < length; t++) {
            added[1 + t] = Math.fma(-0.3, x[3 + t], values[1 + t]);
            rotated[1 + t] = Math.fma(0.8, values[1 + t], 0.6 * values[length + 4 + t]);
            rotated[length + 4 + t] = Math.fma(0.8, values[length + 4 + t], -(0.6 * values[1 + t]));
        }
        for (Kernels kernels : List.of(new ScalarKernels(), new VectorKernels())) {
            double[] result = values.clone();
            kernels.addScaled(-0.3, x, 3, result, 1, length);
            assertThat(result).containsExactly(added);
            result = values.clone();
            kernels.rotate(0.8, 0.6, result, 1, length + 4, length);
            assertThat(result).containsExactly(rotated);
        }
    }
}
