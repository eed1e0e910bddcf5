// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.probe.LinearHead;
import org.junit.jupiter.api.Test;

class ReactTest extends DetectorContract {
    @Override
    Detector detector() {
        return new React();
    }

    private final LinearHead head =
            LinearHead.of(FeatureMatrix.copyOf(new float[] {1, 2, -1, 0}, 2, 2), new float[] {0.5f, 0});

    private double score(double percentile, FeatureSet training, float... x) {
        return new React(percentile)
                .fit(Training.of(training).with(head))
                .score(Sets.of(training.space(), x))
                .get(0);
    }

    @Test
    void score_byHand() {
        FeatureSet training = Sets.of(Sets.space("net-a", 2), 0, 1, 2, 3, 4, 5);
        double clippedAtFourAndAHalf = Math.log(Math.exp(1 + 2 * 4.5 + 0.5) + Math.exp(-1));
        assertThat(score(90, training, 1, 7)).isCloseTo(clippedAtFourAndAHalf, within(1e-14));
        assertThat(score(0, training, 1, 7)).isCloseTo(Math.log(Math.exp(0.5) + 1), within(1e-14));
        assertThat(score(100, training, 1, 7)).isCloseTo(Math.log(Math.exp(11.5) + Math.exp(-1)), within(1e-14));
        assertThat(score(100, training, -3, 2)).isCloseTo(Math.log(Math.exp(1.5) + Math.exp(3)), within(1e-14));
    }

    @Test
    void fit_oneRow_isEnough() {
        assertThat(score(50, Sets.of(Sets.space("net-a", 2), 1, 3), 9, 9))
                .isCloseTo(Math.log(Math.exp(6.5) + Math.exp(-2)), within(1e-14));
    }

    @Test
    void percentile_outOfRange_isRefused() {
        for (double bad : new double[] {-0.1, 100.5, Double.NaN}) {
            assertThatThrownBy(() -> new React(bad))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("option percentile of react must lie in 0 .. 100, was " + bad);
        }
    }
}
