// SPDX-License-Identifier: Apache-2.0
package io.github.stray.projection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.offset;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProjectionTest {
    private static FeatureSet set(float[] rows, int n, int d) {
        return FeatureSet.of(FeatureMatrix.copyOf(rows, n, d), "made up");
    }

    /** Rows that vary most in some directions, not along the coordinates. */
    private static float[] rows(long seed, int n, int d) {
        var random = new Random(seed);
        float[] rows = new float[n * d];
        for (int i = 0; i < n; i++) {
            double a = 3 * random.nextGaussian();
            double b = 1.5 * random.nextGaussian();
            for (int t = 0; t < d; t++) {
                rows[i * d + t] = (float) (1 + a * Math.sin(t + 1) + b * Math.cos(3 * t) + 0.3 * random.nextGaussian());
            }
        }
        return rows;
    }

    /** The same by plain sums and power iteration, the first axis taken out of the covariance before the second. */
    private static double[] twin(float[] rows, int n, int d) {
        double[][] unit = new double[n][d];
        double[] mean = new double[d];
        for (int i = 0; i < n; i++) {
            double square = 0;
            for (int t = 0; t < d; t++) {
                square += (double) rows[i * d + t] * rows[i * d + t];
            }
            for (int t = 0; t < d; t++) {
                unit[i][t] = square == 0 ? 0 : rows[i * d + t] / Math.sqrt(square);
                mean[t] += unit[i][t] / n;
            }
        }
        double[][] covariance = new double[d][d];
        for (double[] row : unit) {
            for (int s = 0; s < d; s++) {
                for (int t = 0; t < d; t++) {
                    covariance[s][t] += (row[s] - mean[s]) * (row[t] - mean[t]) / n;
                }
            }
        }
        double[] places = new double[2 * n];
        for (int axis = 0; axis < 2; axis++) {
            double[] v = new double[d];
            for (int t = 0; t < d; t++) {
                v[t] = 1.0 / (t + 2 + axis);
            }
            double value = 0;
            for (int step = 0; step < 5000; step++) {
                double[] next = new double[d];
                double square = 0;
                for (int s = 0; s < d; s++) {
                    for (int t = 0; t < d; t++) {
                        next[s] += covariance[s][t] * v[t];
                    }
                    square += next[s] * next[s];
                }
                value = Math.sqrt(square);
                for (int t = 0; t < d; t++) {
                    v[t] = next[t] / value;
                }
            }
            double largest = 0;
            for (double entry : v) {
                largest = Math.abs(entry) > Math.abs(largest) ? entry : largest;
            }
            for (int i = 0; i < n; i++) {
                for (int t = 0; t < d; t++) {
                    places[2 * i + axis] += Math.signum(largest) * v[t] * (unit[i][t] - mean[t]);
                }
            }
            for (int s = 0; s < d; s++) {
                for (int t = 0; t < d; t++) {
                    covariance[s][t] -= value * v[s] * v[t];
                }
            }
        }
        return places;
    }

    @ParameterizedTest
    @CsvSource({"1, 40, 2", "2, 300, 5", "3, 700, 16", "4, 20, 33"})
    void place_rows_agreesWithThePlainTwin(long seed, int n, int d) {
        float[] rows = rows(seed, n, d);
        rows[0] = 0;
        double[] places = Projection.of(set(rows, n, d)).place(set(rows, n, d));
        assertThat(places).containsExactly(twin(rows, n, d), offset(1e-9));
    }

    @Test
    void place_scaledRows_lieWhereTheyWere() {
        float[] rows = rows(5, 50, 8);
        float[] scaled = rows.clone();
        for (int t = 0; t < 8; t++) {
            scaled[t] *= 4;
        }
        Projection projection = Projection.of(set(rows, 50, 8));
        assertThat(projection.place(set(scaled, 50, 8))).isEqualTo(projection.place(set(rows, 50, 8)));
    }

    @Test
    void place_theNegativeRows_keepsTheSignOfTheAxes() {
        float[] rows = {1, 0.2f, 1, -0.2f, 1, 0.6f, 1, -0.6f};
        double[] places = Projection.of(set(rows, 4, 2)).place(set(rows, 4, 2));
        assertThat(places[0]).isPositive();
        assertThat(places[4]).isGreaterThan(places[0]);
        assertThat(places[2]).isEqualTo(-places[0], offset(1e-12));
    }

    @Test
    void explained_rowsInAPlane_isAll() {
        float[] rows = new float[3 * 60];
        for (int i = 0; i < 60; i++) {
            rows[3 * i] = (float) Math.cos(i);
            rows[3 * i + 1] = (float) Math.sin(i);
        }
        assertThat(Projection.of(set(rows, 60, 3)).explained()).isEqualTo(1, offset(1e-12));
        assertThat(Projection.of(set(rows(6, 300, 6), 300, 6)).explained()).isBetween(0.5, 0.999);
    }

    @Test
    void of_degenerateRows_placesThemInTheMiddle() {
        Projection equal = Projection.of(set(new float[] {2, 2, 1, 1}, 2, 2));
        assertThat(equal.explained()).isBetween(0.0, 1.0);
        assertThat(equal.place(set(new float[] {3, 3}, 1, 2))).containsExactly(new double[] {0, 0}, offset(1e-12));
        assertThat(Projection.of(set(new float[] {1, -1}, 2, 1)).place(set(new float[] {5}, 1, 1)))
                .containsExactly(1, 0);
        assertThat(Projection.of(set(new float[4], 2, 2)).explained()).isZero();
    }

    @Test
    void of_impossibleRows_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Projection.of(set(new float[0], 0, 3)))
                .withMessageContaining("at least one row");
        assertThatIllegalArgumentException().isThrownBy(() -> Projection.of(set(new float[] {1, Float.NaN}, 1, 2)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Projection.of(set(new float[] {1, 2}, 1, 2)).place(set(new float[] {1}, 1, 1)))
                .withMessageContaining("2 dimensions, got 1");
    }
}
