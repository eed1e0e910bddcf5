// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ZeroShotEnergyTest extends DetectorContract {
    @Override
    Detector detector() {
        return new ZeroShotEnergy(0.2);
    }

    @Test
    void score_byHand() {
        double[] cosines = {1, 0.5, -1};
        assertThat(new ZeroShotEnergy().score(cosines))
                .isCloseTo(Math.log(Math.exp(1) + Math.exp(0.5) + Math.exp(-1)), within(1e-15));
        assertThat(new ZeroShotEnergy(0.5).score(cosines))
                .isCloseTo(0.5 * Math.log(Math.exp(2) + Math.exp(1) + Math.exp(-2)), within(1e-15));
    }

    @Test
    void score_oneClass_isItsCosine() {
        assertThat(new ZeroShotEnergy(3).score(new double[] {-0.25})).isEqualTo(-0.25);
    }

    @Test
    void score_smallestTemperature_isTheLargestCosine() {
        assertThat(new ZeroShotEnergy(Double.MIN_VALUE).score(new double[] {0.1, 0.7, 0.7, -1}))
                .isEqualTo(0.7);
    }

    @Test
    void score_zeroImage_isAnEvenShare() {
        FittedDetector fitted = new ZeroShotEnergy(2).fit(Training.NOTHING.with(Sets.classes()));
        assertThat(fitted.score(Sets.of(Sets.SPACE, new float[5])).get(0)).isCloseTo(2 * Math.log(3), within(1e-15));
    }

    @Test
    void temperature_notAboveZero_isRefused() {
        for (double bad : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> new ZeroShotEnergy(bad))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("option temperature of zero-shot-energy must be above 0 and finite, was " + bad);
        }
    }
}
