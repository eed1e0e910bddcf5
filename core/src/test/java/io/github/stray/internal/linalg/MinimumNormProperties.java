// SPDX-License-Identifier: Apache-2.0
package io.github.stray.internal.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class MinimumNormProperties {
    /**
     * A = B C with C = [I K] and B = [I; L] shuffled: rank r exactly, and the rows of [-K' I] span what C maps to 0. x is
     * {@code A^+ y} if and only if A'(A x - y) = 0 and x is orthogonal to those.
     */
    @Property(tries = 300)
    void solve_anyRank_leavesLeastSquaresAndSmallestNorm(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 9) int m,
            @ForAll @IntRange(min = 1, max = 9) int n,
            @ForAll @IntRange(min = 1, max = 9) int atMost) {
        Random random = new Random(seed);
        int r = Math.min(atMost, Math.min(m, n));
        double[][] b = identityThen(random, m, r);
        double[][] k = identityThen(random, n, r);
        shuffle(random, b);
        double[] a = new double[m * n];
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                a[i * n + j] = dot(b[i], k[j]);
            }
        }
        double[] y = random.doubles(m, -5, 5).toArray();
        double[] x = MinimumNorm.solve(a, m, n, y, Simd.kernels());

        double tolerance = 1e-9 * Math.max(1, Math.sqrt(dot(x, x)));
        double[] error = new double[m];
        for (int i = 0; i < m; i++) {
            error[i] = -y[i];
            for (int j = 0; j < n; j++) {
                error[i] += a[i * n + j] * x[j];
            }
        }
        for (int j = 0; j < n; j++) {
            double gradient = 0;
            for (int i = 0; i < m; i++) {
                gradient += a[i * n + j] * error[i];
            }
            assertThat(gradient).isCloseTo(0, within(tolerance));
        }
        for (int j = r; j < n; j++) {
            double along = x[j];
            for (int t = 0; t < r; t++) {
                along -= k[j][t] * x[t];
            }
            assertThat(along).isCloseTo(0, within(tolerance));
        }
    }

    private static double[][] identityThen(Random random, int rows, int r) {
        double[][] matrix = new double[rows][r];
        for (int i = 0; i < rows; i++) {
            for (int t = 0; t < r; t++) {
                matrix[i][t] = i < r ? (i == t ? 1 : 0) : random.nextInt(-4, 5);
            }
        }
        return matrix;
    }

    private static void shuffle(Random random, double[][] rows) {
        for (int i = rows.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            double[] row = rows[i];
            rows[i] = rows[j];
            rows[j] = row;
        }
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int t = 0; t < a.length; t++) {
            sum += a[t] * b[t];
        }
        return sum;
    }
}
