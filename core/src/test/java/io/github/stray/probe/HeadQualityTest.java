// SPDX-License-Identifier: Apache-2.0
package io.github.stray.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.Labels;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeadQualityTest {
    private static final LinearHead HEAD =
            LinearHead.of(FeatureMatrix.copyOf(new float[] {1, 0, 0, 1, 0, 0}, 3, 2), new float[] {0, 0, 0});

    @Test
    void of_knownLogits_countsAndSums() {
        FeatureSet samples =
                ProbeSets.set(new float[] {2, 0, 0, 3, -1, -2, 1, 1}, new int[] {0, 0, 2, 1}, ProbeSets.NAMES);
        HeadQuality quality = HeadQuality.of(HEAD, samples);
        assertThat(quality.samples()).isEqualTo(4);
        assertThat(quality.correct())
                .as("the last row has two equal logits, the lower class wins")
                .isEqualTo(2);
        assertThat(quality.accuracy()).isEqualTo(0.5);
        double expected = Math.log(Math.exp(2) + 2)
                - 2
                + Math.log(Math.exp(3) + 2)
                + Math.log(Math.exp(-1) + Math.exp(-2) + 1)
                + Math.log(2 * Math.E + 1)
                - 1;
        assertThat(quality.loss()).isCloseTo(expected / 4, within(1e-14));
    }

    @Test
    void of_hugeLogits_staysFinite() {
        FeatureSet samples = ProbeSets.set(new float[] {3e38f, -3e38f}, new int[] {1}, ProbeSets.NAMES);
        assertThat(HeadQuality.of(HEAD, samples).loss()).isCloseTo(6e38, within(1e32));
    }

    @Test
    void of_whatCannotBeMeasured_isRefused() {
        FeatureSet samples = ProbeSets.set(new float[] {2, 0, 0, 3}, new int[] {0, 1}, ProbeSets.NAMES);
        assertRefused(samples.withoutLabels(), "accuracy needs labels, 'set' has none");
        assertRefused(samples.select(new int[0]), "accuracy needs at least one sample, 'set' has none");
        assertRefused(
                samples.withLabels(Labels.of(new int[] {0, 3})),
                "sample 'sample-1' of 'set' is of class '3', which is none of the 3 classes of the head ('0', '1', '2')");
        assertRefused(
                ProbeSets.set(new float[] {1, 2, 3}, new int[] {0}, List.of()),
                "samples 'set' have dimension 3, the head takes 2");
    }

    @Test
    void of_nan_isRefused() {
        FeatureSet samples = ProbeSets.set(new float[] {2, Float.NaN}, new int[] {0}, ProbeSets.NAMES);
        assertThatThrownBy(() -> HeadQuality.of(HEAD, samples)).hasMessageContaining("holds NaN at dimension 1");
    }

    private static void assertRefused(FeatureSet samples, String message) {
        assertThatThrownBy(() -> HeadQuality.of(HEAD, samples))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}
