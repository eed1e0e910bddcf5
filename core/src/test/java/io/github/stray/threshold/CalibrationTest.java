// SPDX-License-Identifier: Apache-2.0
package io.github.stray.threshold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.stray.score.Scores;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CalibrationTest {
    /** Scores 1 .. n, from the highest down. */
    private static Calibration oneTo(int n, double tpr) {
        return Calibration.of(
                Scores.of(IntStream.range(0, n).mapToDouble(i -> n - i).toArray()), tpr);
    }

    @Test
    void threshold_nineteenScoresAt95_isTheSmallest() {
        Calibration calibration = oneTo(19, 0.95);
        assertThat(calibration.threshold()).isEqualTo(1);
        assertThat(calibration.pValue(0)).isEqualTo(1.0 / 20);
        assertThat(calibration.pValue(1)).isEqualTo(2.0 / 20);
        assertThat(calibration.verdict(1)).isEqualTo(Verdict.IN);
        assertThat(calibration.verdict(Math.nextDown(1.0))).isEqualTo(Verdict.OUT);
    }

    /** Other tests compare calibrations, so that one that equals every other would let them pass. */
    @Test
    void equals_onlyTheSameScoresAndTarget() {
        Calibration calibration = oneTo(3, 0.5);
        assertThat(calibration).isEqualTo(oneTo(3, 0.5)).hasSameHashCodeAs(oneTo(3, 0.5));
        assertThat(calibration)
                .isNotEqualTo(oneTo(3, 0.6))
                .isNotEqualTo(oneTo(4, 0.5))
                .isNotEqualTo("another");
        assertThat(calibration.hashCode()).isNotEqualTo(oneTo(4, 0.5).hashCode());
        assertThat(calibration.scores()).containsExactly(1, 2, 3);
        assertThat(calibration.size()).isEqualTo(3);
        assertThat(calibration.tpr()).isEqualTo(0.5);
        assertThat(calibration).hasToString("Calibration[n=3, tpr=0.5, threshold=2.0]");
        assertThat(Verdict.IN.word()).isEqualTo("in");
        assertThat(Verdict.OUT.word()).isEqualTo("out");
    }

    @Test
    void threshold_eighteenScoresAt95_isMinusInfinity() {
        Calibration calibration = oneTo(18, 0.95);
        assertThat(calibration.threshold()).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(calibration.verdict(Double.NEGATIVE_INFINITY)).isEqualTo(Verdict.IN);
    }

    @ParameterizedTest
    @ValueSource(ints = {19, 39, 99, 199, 9_999, 99_999})
    void threshold_rankIsWhole_isNotLostToRounding(int n) {
        assertThat(oneTo(n, 0.95).threshold()).isEqualTo((n + 1) / 20.0);
        assertThat(oneTo(n - 1, 0.95).threshold()).isEqualTo(n == 19 ? Double.NEGATIVE_INFINITY : (n + 1) / 20.0 - 1);
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.MIN_VALUE, 1e-17, 1e-12, 1e-10, 1e-9})
    void threshold_targetNearZero_isTheLargestScore(double tpr) {
        assertThat(oneTo(7, tpr).threshold()).isEqualTo(7);
        assertThat(oneTo(1, tpr).threshold()).isEqualTo(1);
        assertThat(oneTo(0, tpr).threshold()).isEqualTo(Double.NEGATIVE_INFINITY);
    }

    @Test
    void threshold_targetNearOne_isMinusInfinity() {
        assertThat(oneTo(100_000, Math.nextDown(1.0)).threshold()).isEqualTo(Double.NEGATIVE_INFINITY);
        // More than an array holds.
        assertThat(Calibration.smallestSize(Math.nextDown(1.0))).isEqualTo(Integer.MAX_VALUE - 1);
    }

    @Test
    void pValue_noScores_isOne() {
        Calibration empty = oneTo(0, 0.5);
        assertThat(empty.pValue(-5)).isEqualTo(1);
        assertThat(empty.verdict(-5)).isEqualTo(Verdict.IN);
        assertThat(empty.size()).isZero();
    }

    @Test
    void verdict_infiniteScoresAndSignedZeros_areOrdered() {
        Calibration calibration =
                Calibration.of(Scores.of(Double.NEGATIVE_INFINITY, -0.0, 0.0, Double.POSITIVE_INFINITY), 0.5);
        assertThat(calibration.threshold()).isEqualTo(0);
        assertThat(calibration.pValue(-0.0)).isEqualTo(calibration.pValue(0.0)).isEqualTo(4.0 / 5);
        assertThat(calibration.verdict(0.0)).isEqualTo(Verdict.IN);
        assertThat(calibration.verdict(-0.0)).isEqualTo(Verdict.IN);
        assertThat(calibration.pValue(Double.POSITIVE_INFINITY)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1, -0.5, 2, Double.NaN})
    void of_targetOutOfRange_isRefused(double tpr) {
        assertThatThrownBy(() -> oneTo(3, tpr))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("TPR must lie strictly between 0 and 1, was " + tpr);
        assertThatThrownBy(() -> Calibration.smallestSize(tpr)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void smallestSize_usualTargets() {
        assertThat(Calibration.smallestSize(0.95)).isEqualTo(19);
        assertThat(Calibration.smallestSize(0.9)).isEqualTo(9);
        assertThat(Calibration.smallestSize(0.99)).isEqualTo(99);
        assertThat(Calibration.smallestSize(0.5)).isEqualTo(1);
    }
}
