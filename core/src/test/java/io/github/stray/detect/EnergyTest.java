// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class EnergyTest {
    @Nested
    class OnLogits extends DetectorContract {
        @Override
        Detector detector() {
            return new Energy(0.5);
        }
    }

    @Nested
    class OnFeaturesAndHead extends DetectorContract {
        @Override
        Detector detector() {
            return new Energy();
        }

        @Override
        boolean onHead() {
            return true;
        }
    }

    @Test
    void value_byHand() {
        assertThat(new Energy().value(new double[] {Math.log(2), Math.log(3), Math.log(5)}))
                .isCloseTo(Math.log(10), within(1e-15));
        assertThat(new Energy(2).value(new double[] {2 * Math.log(2), 2 * Math.log(3)}))
                .isCloseTo(2 * Math.log(5), within(1e-15));
    }

    @Test
    void value_hugeLogits_doNotOverflow() {
        assertThat(new Energy().value(new double[] {3e38, -3e38})).isEqualTo(3e38);
        assertThat(new Energy().value(new double[] {-3e38, -3e38})).isEqualTo(-3e38);
    }

    @Test
    void value_smallestTemperature_isTheLargestLogit() {
        assertThat(new Energy(Double.MIN_VALUE).value(new double[] {2, 5, 5, -1}))
                .isEqualTo(5);
    }

    @Test
    void value_oneClass_isItsLogit() {
        assertThat(new Energy(3).value(new double[] {-7})).isEqualTo(-7);
    }

    @Test
    void temperature_notAboveZero_isRefused() {
        for (double bad : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> new Energy(bad))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("option temperature of energy must be above 0 and finite, was " + bad);
        }
    }
}
