// SPDX-License-Identifier: Apache-2.0
package io.github.stray.internal.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class MinimumNormTest {
    private static double[] solve(double[] a, int m, double... y) {
        return MinimumNorm.solve(a, m, a.length / m, y, Simd.kernels());
    }

    @Test
    void solve_byHand() {
        assertThat(solve(new double[] {2}, 1, 6)).containsExactly(3);
        assertThat(solve(new double[] {3, 4}, 1, 50)).containsExactly(new double[] {6, 8}, within(1e-14));
        assertThat(solve(new double[] {3, 4}, 2, 1, 7)).containsExactly(new double[] {31 / 25.0}, within(1e-14));
        assertThat(solve(new double[] {1, 1, 1, 1}, 2, 0, 4)).containsExactly(new double[] {1, 1}, within(1e-14));
    }

    @Test
    void solve_zeroMatrix_isZero() {
        assertThat(solve(new double[6], 2, 1, 2)).containsExactly(0, 0, 0);
    }

    @Test
    void solve_smallSingularValue_countsDownToTheCut() {
        assertThat(solve(new double[] {1, 0, 0, 1e-15}, 2, 1, 1)).containsExactly(1, 1 / 1e-15);
        assertThat(solve(new double[] {1, 0, 0, 4e-16}, 2, 1, 1)).containsExactly(1, 0);
    }

    /** W W' has a smallest eigenvalue of 1e-20 beside 2, which a double does not see. */
    @Test
    void solve_nearlyEqualRows_areNotSquared() {
        double[] x = solve(new double[] {1, 1, 0, 1, 1, 1e-10}, 2, 2, 3);
        for (int t = 0; t < 3; t++) {
            assertThat(x[t] / 1e10).isCloseTo(t == 2 ? 1 : 1e-10, within(1e-5));
        }
    }

    @Test
    void solve_largeAndSmallNumbers_neitherOverflowNorVanish() {
        assertThat(solve(new double[] {3e38, 0, 0, 2e38}, 2, 3e38, 3e38))
                .containsExactly(new double[] {1, 1.5}, within(1e-14));
        assertThat(solve(new double[] {2e-38, 0, 0, 1e-38}, 2, 1, 1))
                .containsExactly(new double[] {5e37, 1e38}, within(1e24));
    }
}
