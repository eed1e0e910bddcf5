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
            FloatProduct product = new FloatProduct(kernels);
            float[] c = KernelsTest.floats(m * n, 3);
            product.timesTransposed(new Matrix(a, m, k), new Matrix(b, n, k), new Matrix(c, m, n));
            assertThat(c).containsExactly(expected);
            c = KernelsTest.floats(m * n, 4);
            product.transposedTimes(new Matrix(aTransposed, k, m), new Matrix(bTransposed, k, n), new Matrix(c, m, n));
            assertThat(c).containsExactly(expected);
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
    void product_innerLengthZero_isZero() {
        float[] c = {1, 2};
        new FloatProduct(new VectorKernels())
                .timesTransposed(new Matrix(new float[0], 1, 0), new Matrix(new float[0], 2, 0), new Matrix(c, 1, 2));
        assertThat(c).containsExactly(0, 0);
    }

    @Test
    void product_shapesThatDisagree_areRefused() {
        FloatProduct product = new FloatProduct(new ScalarKernels());
        Matrix twoByThree = new Matrix(new float[6], 2, 3);
        Matrix twoByTwo = new Matrix(new float[4], 2, 2);
        assertThatThrownBy(() -> product.timesTransposed(twoByThree, twoByTwo, twoByTwo))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("shapes 2 x 3 and 2 x 2 do not fit C = A B' of shape 2 x 2");
        assertThatThrownBy(() -> new Matrix(new float[5], 2, 3)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
