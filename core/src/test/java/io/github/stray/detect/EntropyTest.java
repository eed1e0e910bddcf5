// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class EntropyTest {
    @Nested
    class OnLogits extends DetectorContract {
        @Override
        Detector detector() {
            return new Entropy();
        }
    }

    @Nested
    class OnFeaturesAndHead extends DetectorContract {
        @Override
        Detector detector() {
            return new Entropy();
        }

        @Override
        boolean onHead() {
            return true;
        }
    }

    @Test
    void value_byHand() {
        double expected = 0.2 * Math.log(0.2) + 0.3 * Math.log(0.3) + 0.5 * Math.log(0.5);
        assertThat(new Entropy().value(new double[] {Math.log(2), Math.log(3), Math.log(5)}))
                .isCloseTo(expected, within(1e-15));
        assertThat(new Entropy().value(new double[] {4, 4, 4, 4})).isCloseTo(-Math.log(4), within(1e-15));
    }

    @Test
    void value_nearlyCertain_keepsItsDigits() {
        double strange = Math.exp(-60);
        assertThat(new Entropy().value(new double[] {0, -60})).isCloseTo(-61 * strange, within(1e-12 * 61 * strange));
    }

    @Test
    void value_certain_isZero() {
        assertThat(new Entropy().value(new double[] {3e38, -3e38})).isZero();
        assertThat(new Entropy().value(new double[] {-7})).isZero();
    }

    @Test
    void options_temperature_isNotOne() {
        assertThatThrownBy(() -> Detectors.parse("entropy:temperature=2"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("detector entropy has no option 'temperature'; there are none");
    }
}
