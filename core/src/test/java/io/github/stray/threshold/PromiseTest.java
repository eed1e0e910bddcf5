// SPDX-License-Identifier: Apache-2.0
package io.github.stray.threshold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.stray.remedy.RefusedException;
import io.github.stray.remedy.Remedy;
import io.github.stray.score.Scores;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PromiseTest {
    private static Scores oneTo(int n) {
        return Scores.of(IntStream.rangeClosed(1, n).mapToDouble(i -> i).toArray());
    }

    @Test
    void rank_fiftyEightScoresAt95With95_saysThatFiftyNineAreNeeded() {
        Promise promise = Promise.withConfidence(0.95, 0.95);
        assertThat(promise.smallestSize()).isEqualTo(59);
        assertThatThrownBy(() -> Calibration.of(oneTo(58), promise))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.remedy()).isEqualTo(Remedy.MORE_CALIBRATION))
                .hasMessage(
                        "keeping 0.95 of ID samples with confidence 0.95 takes at least 59 calibration samples, there are 58: give more, or promise less");
        assertThat(Calibration.of(oneTo(59), promise).threshold()).isEqualTo(1);
    }

    @Test
    void of_confidence_isStricterThanOnAverage() {
        Calibration average = Calibration.of(oneTo(200), 0.95);
        Calibration sure = average.with(Promise.withConfidence(0.95, 0.95));
        assertThat(average.rank()).isEqualTo(10);
        assertThat(sure.rank()).isEqualTo(5);
        assertThat(sure.threshold()).isEqualTo(5);
        assertThat(sure)
                .isNotEqualTo(average)
                .hasToString("Calibration[n=200, tpr=0.95, confidence=0.95, threshold=5.0]");
        assertThat(sure.with(Promise.onAverage(0.95))).isEqualTo(average);
    }

    /** The README's hundred images: twenty are held out. */
    @Test
    void keepRate_twentyScores_isWide() {
        KeepRate rate = Calibration.of(oneTo(20), 0.95).keepRate();
        assertThat(rate.mean()).isEqualTo(20 / 21.0);
        assertThat(rate.low()).isCloseTo(Math.pow(0.05, 1 / 20.0), within(1e-12));
        assertThat(rate.high()).isCloseTo(Math.pow(0.95, 1 / 20.0), within(1e-12));
    }

    @Test
    void keepRate_noThreshold_isAll() {
        assertThat(Calibration.of(oneTo(18), 0.95).keepRate()).isEqualTo(new KeepRate(1, 1, 1));
        assertThat(Calibration.of(oneTo(0), 0.95).keepRate()).isEqualTo(new KeepRate(1, 1, 1));
    }

    @Test
    void rank_noScores_isRefusedWithConfidenceOnly() {
        assertThat(Promise.onAverage(0.5).rank(0)).isZero();
        assertThatThrownBy(() -> Promise.withConfidence(0.5, 0.9).rank(0)).hasMessageContaining("there are 0");
        assertThatThrownBy(() -> Promise.withConfidence(0.5, 0.9).rank(1)).hasMessageContaining("there is 1:");
    }

    /** Equality, where a rounding error would cost a calibration sample: 0.9 to the power of 1 is 1 - 0.1. */
    @Test
    void rank_promiseThatIsJustHeld_isNotLostToRounding() {
        assertThat(Promise.withConfidence(0.9, 0.1).smallestSize()).isEqualTo(1);
        assertThat(Promise.withConfidence(0.9, 0.1).rank(1)).isEqualTo(1);
        assertThat(Promise.withConfidence(0.5, 0.75).smallestSize()).isEqualTo(2);
        assertThat(Promise.withConfidence(0.5, 0.75).rank(2)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1, -0.5, 2, Double.NaN})
    void withConfidence_outOfRange_isRefused(double share) {
        assertThatThrownBy(() -> Promise.withConfidence(0.95, share))
                .hasMessage("the confidence must lie strictly between 0 and 1, was " + share);
        assertThatThrownBy(() -> Promise.withConfidence(share, 0.95))
                .hasMessage("TPR must lie strictly between 0 and 1, was " + share);
        assertThatThrownBy(() -> FalseDiscoveries.cut(new double[] {0.5}, share))
                .hasMessage("the false discovery rate must lie strictly between 0 and 1, was " + share);
        assertThatThrownBy(() -> FalseDiscoveries.fewest(1, 1, share)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void withConfidence_extremes_endAndAnswer() {
        assertThat(Promise.withConfidence(1e-300, 0.5).rank(3)).isEqualTo(3);
        assertThat(Promise.withConfidence(Math.nextDown(1.0), 0.5).smallestSize())
                .isGreaterThan(1L << 50);
        assertThat(Promise.withConfidence(0.95, 0.95).rank(10_000_000)).isBetween(498_000, 499_999);
    }

    @Test
    void cut_noSamples_rejectsNone() {
        assertThat(FalseDiscoveries.cut(new double[0], 0.1)).isZero();
        assertThat(FalseDiscoveries.fewest(0, 10, 0.1)).isEqualTo(1);
    }
}
