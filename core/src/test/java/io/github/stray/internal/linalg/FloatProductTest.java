// SPDX-License-Identifier: Apache-2.0
package io.github.stray.internal.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.stray.internal.linalg.FloatProduct.Matrix;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FloatProductTest {
    private static final int[] SIZES = {1, 3, 7, 8, 15, 16, 17, 255, 512, 768, 1021};

    static List<Arguments> shapes() {
        var shapes = new ArrayList<Arguments>();
        for (int size : SIZES) {
            shapes.add(Arguments.of(5, 26, size));
            shapes.add(Arguments.of(size, 3, 9));
            shapes.add(Arguments.of(4, size, 11));
        }
        shapes.add(Arguments.of(256, 100, 768));
        shapes.add(Arguments.of(100, 768, 256));
        shapes.add(Arguments.of(7, 49, 2500));
        return shapes;
    }

    /** Sums in the order of the inner index, one fused multiply-add a term: all ways to the product agree bit for bit. */
    @ParameterizedTest
    @MethodSource("shapes")
    void products_anyShapeProviderAndThreads_equalPlainSums(int m, int n, int k) {
        float[] a = KernelsTest.floats(m * k, 1);
        float[] b = KernelsTest.floats(n * k, 2);
        float[] aTransposed = transposed(a, m, k);
        float[] bTransposed = transposed(b, n, k);
        float[] expected = new float[m * n];
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                for (int t = 0; t < k; t++) {
                    expected[i * n + j] = Math.fma(a[i * k + t], b[j * k + t], expected[i * n + j]);
                }
            }
        }
        for (Kernels kernels : List.of(new ScalarKernels(), new VectorKernels())) {
            for (boolean parallel : new boolean[] {false, true}) {
                FloatProduct product = new FloatProduct(kernels, parallel);
                float[] c = KernelsTest.floats(m * n, 3);
                product.timesTransposed(Matrix.of(a, m, k), Matrix.of(b, n, k), Matrix.of(c, m, n));
                assertThat(c).containsExactly(expected);
                c = KernelsTest.floats(m * n, 4);
                product.transposedTimes(Matrix.of(aTransposed, k, m), Matrix.of(bTransposed, k, n), Matrix.of(c, m, n));
                assertThat(c).containsExactly(expected);
            }
        }
    }

    private static float[] transposed(float[] matrix, int m, int n) {
        float[] transposed = new float[m * n];
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                transposed[j * m + i] = matrix[i * n + j];
            }
        }
        return transposed;
    }

    @Test
    void product_ofPartsOfLargerMatrices_touchesThoseAlone() {
        float[] a = KernelsTest.floats(6 * 10, 6);
        float[] b = KernelsTest.floats(40 * 9, 7);
        float[] c = KernelsTest.floats(8 * 50, 8);
        float[] expected = c.clone();
        for (int i = 0; i < 4; i++) {
            for (int j = 0; j < 37; j++) {
                float sum = 0;
                for (int t = 0; t < 5; t++) {
                    sum = Math.fma(a[12 + i * 10 + t], b[3 + j * 9 + t], sum);
                }
                expected[101 + i * 50 + j] = sum;
            }
        }
        FloatProduct product = new FloatProduct(new VectorKernels(), false);
        product.timesTransposed(new Matrix(a, 12, 10, 4, 5), new Matrix(b, 3, 9, 37, 5), new Matrix(c, 101, 50, 4, 37));
        assertThat(c).containsExactly(expected);
    }

    @Test
    void product_innerLengthZero_isZero() {
        float[] c = {1, 2};
        new FloatProduct(new VectorKernels(), false)
                .timesTransposed(Matrix.of(new float[0], 1, 0), Matrix.of(new float[0], 2, 0), Matrix.of(c, 1, 2));
        assertThat(c).containsExactly(0, 0);
    }

    @Test
    void product_shapesThatDisagree_areRefused() {
        FloatProduct product = new FloatProduct(new ScalarKernels(), false);
        Matrix twoByThree = Matrix.of(new float[6], 2, 3);
        Matrix twoByTwo = Matrix.of(new float[4], 2, 2);
        assertThatThrownBy(() -> product.timesTransposed(twoByThree, twoByTwo, twoByTwo))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("shapes 2 x 3 and 2 x 2 do not fit C = A B' of shape 2 x 2");
        assertThatThrownBy(() -> new Matrix(new float[6], 1, 3, 2, 3)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> new Matrix(new float[6], 0, 2, 2, 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a 2 x 3 matrix cannot have rows 2 apart");
    }
}
