// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.stray.feature.Layer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class McmTest extends DetectorContract {
    @Override
    Detector detector() {
        return new Mcm(0.05);
    }

    @Test
    void score_byHand() {
        double share = Math.E / (Math.E + Math.exp(0.5) + Math.exp(-1));
        assertThat(new Mcm().score(new double[] {1, 0.5, -1})).isCloseTo(share, within(1e-15));
    }

    @Test
    void score_zeroImage_isAnEvenShare() {
        FittedDetector fitted = new Mcm().fit(Training.NOTHING.with(Sets.classes()));
        assertThat(fitted.score(Sets.of(Sets.SPACE, new float[5])).get(0)).isEqualTo(1.0 / 3);
    }

    @Test
    void fit_otherExtractorThanTheText_isRefused() {
        Training given =
                Training.of(Sets.blobs(9, 1).withSpace(Sets.space("net-b", 5))).with(Sets.classes());
        assertThatThrownBy(() -> new Mcm().fit(given))
                .hasMessageContaining("net-b")
                .hasMessageContaining("the class embeddings of mcm");
    }

    @Test
    void fit_withoutSamples_isInTheSpaceOfTheText() {
        FittedDetector fitted = new Mcm().fit(Training.NOTHING.with(Sets.classes()));
        assertThat(fitted.space().extractor()).hasValue("net-a");
        assertThat(fitted.space().layer()).isEmpty();
        assertThat(fitted.layers()).containsExactly(Layer.EMBEDDINGS);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void mcm_senselessTemperature_isRefused(double temperature) {
        assertThatThrownBy(() -> new Mcm(temperature))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("temperature");
    }
}
