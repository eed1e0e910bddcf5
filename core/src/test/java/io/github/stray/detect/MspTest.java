// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.stray.feature.Layer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class MspTest {
    @Nested
    class OnLogits extends DetectorContract {
        @Override
        Detector detector() {
            return new Msp();
        }
    }

    @Nested
    class OnFeaturesAndHead extends DetectorContract {
        @Override
        Detector detector() {
            return new Msp(2);
        }

        @Override
        boolean onHead() {
            return true;
        }
    }

    @Test
    void score_byHand() {
        assertThat(new Msp().value(new double[] {Math.log(2), Math.log(3), Math.log(5)}))
                .isCloseTo(0.5, within(1e-15));
        assertThat(new Msp(2).value(new double[] {0, 2 * Math.log(3)})).isCloseTo(0.75, within(1e-15));
    }

    @Test
    void score_hugeLogits_doNotOverflow() {
        assertThat(new Msp().value(new double[] {3e38, 3e38})).isEqualTo(0.5);
        assertThat(new Msp().value(new double[] {-3e38, 3e38})).isEqualTo(1);
    }

    @Test
    void score_oneClass_isOne() {
        assertThat(new Msp().value(new double[] {-7})).isEqualTo(1);
    }

    @Test
    void temperature_notAboveZero_isRefused() {
        for (double bad : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> new Msp(bad))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("option temperature of msp must be above 0 and finite, was " + bad);
        }
    }

    @Test
    void fit_neitherSamplesNorHead_isRefused() {
        assertThatThrownBy(() -> new Msp().fit(Training.NOTHING)).hasMessageContaining("of how many classes");
    }

    @Test
    void fit_headWithoutSamples_scoresFeatures() {
        FittedDetector fitted = new Msp().fit(Training.NOTHING.with(Sets.head()));
        assertThat(fitted.layers()).containsExactly(Layer.FEATURES);
        assertThat(fitted.score(Sets.blobs(9, 1)))
                .isEqualTo(new Msp()
                        .fit(Sets.head().logits(Sets.blobs(9, 1)))
                        .score(Sets.head().logits(Sets.blobs(9, 1))));
    }
}
