// SPDX-License-Identifier: Apache-2.0
package io.github.stray.internal.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecompositionTest {
    private static final Kernels KERNELS = new VectorKernels();

    /** Scatter of {@code rows} random rows, by three plain loops. */
    private static double[] covariance(int d, int rows, long seed) {
        double[] x = KernelsTest.doubles(rows * d, seed);
        double[] s = new double[d * d];
        for (int r = 0; r < rows; r++) {
            for (int i = 0; i < d; i++) {
                for (int j = 0; j < d; j++) {
                    s[i * d + j] += x[r * d + i] * x[r * d + j];
                }
            }
        }
        return s;
    }

    private static double largest(double[] s) {
        return Arrays.stream(s).map(Math::abs).max().orElse(0);
    }

    private static void assertDecomposes(double[] s, int d) {
        double[] before = s.clone();
        SymmetricEigen eigen = SymmetricEigen.of(s, d, KERNELS);
        assertThat(s).as("the matrix is not changed").containsExactly(before);
        assertThat(eigen.values()).isSorted();
        double[] v = eigen.vectors();
        double tolerance = 1e-14 * d * Math.max(largest(s), Double.MIN_NORMAL);
        for (int i = 0; i < d; i++) {
            for (int j = 0; j < d; j++) {
                double product = 0;
                double rebuilt = 0;
                for (int t = 0; t < d; t++) {
                    product += v[i * d + t] * v[j * d + t];
                    rebuilt += eigen.values()[t] * v[t * d + i] * v[t * d + j];
                }
                assertThat(product).isCloseTo(i == j ? 1 : 0, within(1e-14 * d));
                assertThat(rebuilt).isCloseTo(s[i * d + j], within(tolerance));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 8, 9, 15, 16, 17, 65, 130})
    void eigen_covariance_rebuildsMatrixFromOrthonormalVectors(int d) {
        assertDecomposes(covariance(d, 2 * d, d), d);
    }

    @Test
    void eigen_rankDeficient_rebuildsMatrix() {
        assertDecomposes(covariance(40, 11, 1), 40);
    }

    @Test
    void eigen_specialMatrices_rebuildMatrix() {
        assertDecomposes(new double[25], 5);
        double[] repeated = new double[36];
        for (int i = 0; i < 6; i++) {
            repeated[i * 7] = i < 3 ? 2 : -1;
        }
        assertDecomposes(repeated, 6);
        double[] ones = new double[49];
        Arrays.fill(ones, 1);
        assertDecomposes(ones, 7);
        double[] huge = covariance(9, 20, 2);
        double[] tiny = huge.clone();
        for (int i = 0; i < huge.length; i++) {
            huge[i] *= 1e200;
            tiny[i] *= 1e-200;
        }
        assertDecomposes(huge, 9);
        assertDecomposes(tiny, 9);
    }

    /** The second difference matrix has eigenvalues 2 - 2 cos(i pi / (d + 1)). */
    @Test
    void eigen_secondDifferences_knownEigenvalues() {
        int d = 50;
        double[] s = new double[d * d];
        for (int i = 0; i < d; i++) {
            s[i * d + i] = 2;
            if (i > 0) {
                s[i * d + i - 1] = -1;
                s[(i - 1) * d + i] = -1;
            }
        }
        double[] values = SymmetricEigen.of(s, d, KERNELS).values();
        for (int i = 0; i < d; i++) {
            assertThat(values[i]).isCloseTo(2 - 2 * Math.cos((i + 1) * Math.PI / (d + 1)), within(1e-14));
        }
    }

    @Test
    void eigen_oneThreadOrMany_sameBits() throws Exception {
        double[] s = covariance(150, 200, 3);
        SymmetricEigen many = SymmetricEigen.of(s, 150, KERNELS);
        try (ForkJoinPool one = new ForkJoinPool(1)) {
            SymmetricEigen alone =
                    one.submit(() -> SymmetricEigen.of(s, 150, KERNELS)).get();
            assertThat(alone.values()).containsExactly(many.values());
            assertThat(alone.vectors()).containsExactly(many.vectors());
        }
    }

    @Test
    void eigen_notFinite_isRefused() {
        assertThatThrownBy(() -> SymmetricEigen.of(new double[] {Double.NaN}, 1, KERNELS))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 8, 17, 48, 100, 145})
    void cholesky_positiveDefinite_rebuildsMatrixAndInverts(int d) {
        double[] s = covariance(d, 3 * d, d + 50);
        double[] l = Cholesky.lower(s, d, KERNELS).orElseThrow();
        double[] inverse = Cholesky.inverseOfLower(l, d, KERNELS);
        for (int i = 0; i < d; i++) {
            for (int j = 0; j < d; j++) {
                double rebuilt = 0;
                double identity = 0;
                for (int t = 0; t < d; t++) {
                    rebuilt += l[i * d + t] * l[j * d + t];
                    identity += l[i * d + t] * inverse[t * d + j];
                }
                assertThat(rebuilt).isCloseTo(s[i * d + j], within(1e-14 * d * largest(s)));
                assertThat(identity).isCloseTo(i == j ? 1 : 0, within(1e-12 * d));
            }
        }
    }

    @Test
    void cholesky_notPositiveDefinite_isEmpty() {
        assertThat(Cholesky.lower(new double[] {1, 2, 2, 1}, 2, KERNELS)).isEmpty();
        assertThat(Cholesky.lower(new double[] {Double.NaN}, 1, KERNELS)).isEmpty();
        assertThat(Cholesky.lower(new double[4], 2, KERNELS)).isEmpty();
    }

    @Test
    void whitening_wellConditioned_choleskyAndEigenvaluesAgree() {
        int d = 30;
        double[] s = covariance(d, 90, 4);
        Optional<Whitening> cholesky = Whitening.byCholesky(s, d, KERNELS);
        Whitening eigen = Whitening.byEigenvalues(s, d, KERNELS);
        assertThat(cholesky).isPresent();
        assertThat(eigen.dropped()).isZero();
        double[] x = KernelsTest.doubles(d, 5);
        assertThat(squaredNorm(cholesky.orElseThrow(), x))
                .isCloseTo(squaredNorm(eigen, x), within(1e-10 * squaredNorm(eigen, x)));
    }

    /** Cholesky may well run through on a matrix whose smallest eigenvalue lies under the cut: the bound has to notice. */
    @Test
    void whitening_eigenvaluesAroundTheCut_onlyThoseBelowAreDropped() {
        int d = 4;
        double cut = d * 0x1p-52;
        assertThat(Whitening.of(diagonal(1, 0.5, 0.25, 2 * cut), d, KERNELS).dropped())
                .isZero();
        assertThat(Whitening.of(diagonal(1, 0.5, 0.25, cut), d, KERNELS).dropped())
                .isZero();
        assertThat(Whitening.of(diagonal(1, 0.5, 0.25, cut / 2), d, KERNELS).dropped())
                .isEqualTo(1);
        assertThat(Cholesky.lower(diagonal(1, 0.5, 0.25, cut / 2), d, KERNELS)).isPresent();
        assertThat(Whitening.of(diagonal(1, 0, 0, -1e-20), d, KERNELS).dropped())
                .isEqualTo(3);
        assertThat(Whitening.of(new double[16], d, KERNELS).rank()).isZero();
    }

    @Test
    void whitening_rankDeficient_keepsTheRank() {
        Whitening whitening = Whitening.of(covariance(60, 25, 6), 60, KERNELS);
        assertThat(whitening.rank()).isEqualTo(25);
        assertThat(whitening.dropped()).isEqualTo(35);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7, 8, 9, 15, 16, 17, 100})
    void scatter_twoBlocks_equalsPlainLoops(int d) {
        double[] rows = KernelsTest.doubles(70 * d, 7);
        Scatter scatter = new Scatter(d, KERNELS);
        scatter.add(Arrays.copyOfRange(rows, 0, 41 * d), 41);
        scatter.add(Arrays.copyOfRange(rows, 41 * d, 70 * d), 29);
        double[] s = scatter.matrix();
        for (int i = 0; i < d; i++) {
            for (int j = 0; j < d; j++) {
                double sum = 0;
                for (int r = 0; r < 70; r++) {
                    sum += rows[r * d + i] * rows[r * d + j];
                }
                assertThat(s[i * d + j]).isCloseTo(sum, within(1e-12));
                assertThat(s[i * d + j]).isEqualTo(s[j * d + i]);
            }
        }
    }

    private static double[] diagonal(double... values) {
        double[] s = new double[values.length * values.length];
        for (int i = 0; i < values.length; i++) {
            s[i * (values.length + 1)] = values[i];
        }
        return s;
    }

    private static double squaredNorm(Whitening whitening, double[] x) {
        double sum = 0;
        for (int i = 0; i < whitening.rank(); i++) {
            double dot = 0;
            for (int t = 0; t < x.length; t++) {
                dot += whitening.map()[i * x.length + t] * x[t];
            }
            sum += dot * dot;
        }
        return sum;
    }
}
