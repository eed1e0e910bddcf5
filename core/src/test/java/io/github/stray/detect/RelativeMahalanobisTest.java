// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.Labels;
import io.github.stray.feature.Layer;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class RelativeMahalanobisTest {
    @Nested
    class Canonical extends DetectorContract {
        @Override
        Detector detector() {
            return new RelativeMahalanobis();
        }
    }

    @Nested
    class NormalizedWithShrinkage extends DetectorContract {
        @Override
        Detector detector() {
            return Detectors.parse("relative-mahalanobis++:shrinkage=0.1");
        }
    }

    @Nested
    class Plp extends DetectorContract {
        @Override
        Detector detector() {
            return Detectors.parse("relative-mahalanobis:variant=plp");
        }
    }

    @Nested
    class OnLogitsOfAHead extends DetectorContract {
        @Override
        Detector detector() {
            return Detectors.parse("relative-mahalanobis:on=logits");
        }

        @Override
        boolean onHead() {
            return true;
        }
    }

    /** Two classes on a line, means 1 and 10, scatters 2 and 8; mean of all 6.4, scatter of all 107.2. */
    private final FeatureSet line = Sets.labelled(new int[] {0, 0, 1, 1, 1}, 1, 0, 2, 8, 10, 12);

    private static double score(String detector, FeatureSet training, float x) {
        return Detectors.parse(detector)
                .fit(training)
                .score(Sets.of(Sets.space("net-a", 1), x))
                .get(0);
    }

    @Test
    void score_byHand() {
        double background = 6.6 * 6.6;
        assertThat(score("relative-mahalanobis", line, 13)).isCloseTo(-(9 / 2.0 - background / 21.44), within(1e-12));
        assertThat(score("relative-mahalanobis:variant=plp", line, 13))
                .isCloseTo(-(9 / 3.0 - background / 26.8), within(1e-12));
        // In one dimension the isotropic covariance is the covariance itself.
        assertThat(score("relative-mahalanobis:shrinkage=0.5", line, 13))
                .isCloseTo(-(9 / 2.0 - background / 21.44), within(1e-12));
    }

    @Test
    void score_isMahalanobisLessGaussian() {
        FeatureSet training = Sets.blobs(90, 1);
        FeatureSet samples = Sets.blobs(30, 2);
        for (String shrinkage : List.of("0", "0.4")) {
            double[] relative = Detectors.parse("relative-mahalanobis:shrinkage=" + shrinkage)
                    .fit(training)
                    .score(samples)
                    .toArray();
            double[] toClasses = Detectors.parse("mahalanobis:shrinkage=" + shrinkage)
                    .fit(training)
                    .score(samples)
                    .toArray();
            double[] toAll = Detectors.parse("gaussian:shrinkage=" + shrinkage)
                    .fit(training)
                    .score(samples)
                    .toArray();
            for (int i = 0; i < relative.length; i++) {
                assertThat(relative[i]).isCloseTo(toClasses[i] - toAll[i], within(1e-12));
            }
        }
    }

    @Test
    void fit_classOfOne_plpLeavesItOutOfTheMinimumAndKeepsItInTheBackground() {
        FeatureSet training = Sets.labelled(new int[] {0, 0, 1, 1, 1, 2}, 1, 0, 2, 8, 10, 12, 100);
        double mean = 132 / 6.0;
        double square = 0 + 4 + 64 + 100 + 144 + 10000;
        double total = (square - 6 * mean * mean) / 5;
        assertThat(score("relative-mahalanobis:variant=plp", training, 100))
                .isCloseTo(-(90 * 90 / 3.0 - (100 - mean) * (100 - mean) / total), within(1e-9));
        assertThat(Detectors.parse("relative-mahalanobis:variant=plp")
                        .fit(training)
                        .notes())
                .containsExactly("1 of 3 classes have one training row and are left out");
        assertThat(new RelativeMahalanobis().fit(training).notes())
                .containsExactly("1 of 3 classes have one training row and add nothing to the covariance");
    }

    @Test
    void fit_oneClass_everyScoreIsZero() {
        FeatureSet one = Sets.blobs(60, 1).withLabels(Labels.of(new int[60]));
        for (String detector : List.of("relative-mahalanobis", "relative-mahalanobis:variant=plp")) {
            for (double score : Detectors.parse(detector)
                    .fit(one)
                    .score(Sets.strangers(20, 2))
                    .toArray()) {
                assertThat(score).isCloseTo(0, within(1e-9));
            }
        }
    }

    @Test
    void fit_singularCovariances_areNotedEach() {
        FeatureSet flat = Sets.labelled(new int[] {0, 0, 1, 1}, 3, 0, 3, 1, 2, 3, 1, 0, 5, 1, 2, 5, 1);
        assertThat(new RelativeMahalanobis().fit(flat).notes())
                .containsExactly(
                        "the covariance is singular: 2 of 3 directions were dropped, and differences along them do not count",
                        "the total covariance is singular: 1 of 3 directions were dropped, and differences along them do not count");
    }

    @Test
    void fit_noVariationWithinClasses_isRefused() {
        for (FeatureSet none : List.of(
                Sets.labelled(new int[3], 2, 1, 2, 1, 2, 1, 2),
                Sets.labelled(new int[] {0, 1}, 2, 1, 2, 3, 4),
                Sets.labelled(new int[1], 2, 1, 2))) {
            for (String detector : List.of(
                    "relative-mahalanobis", "relative-mahalanobis:variant=plp", "relative-mahalanobis:shrinkage=1")) {
                assertThatThrownBy(() -> Detectors.parse(detector).fit(none))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("relative-mahalanobis: the rows of each class of 'set' are all equal");
            }
        }
    }

    /** Rounding makes the unit rows of one direction differ in their last bits. */
    @Test
    void fit_rowsOfEachClassAlongOneDirection_areRefusedOnceNormalized() {
        float[] values = new float[12 * 3];
        for (int i = 0; i < 12; i++) {
            for (int t = 0; t < 3; t++) {
                values[i * 3 + t] = (1 + i) * (i % 2 == 0 ? 7 - 2 * t : 3 + 5 * t);
            }
        }
        FeatureSet rays = Sets.labelled(new int[] {0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1}, 3, values);
        for (String detector : List.of(
                "mahalanobis++",
                "mahalanobis++:variant=plp",
                "relative-mahalanobis++",
                "relative-mahalanobis++:variant=plp")) {
            assertThatThrownBy(() -> Detectors.parse(detector).fit(rays))
                    .as(detector)
                    .hasMessageContaining("rows of each class of 'set' are all equal");
        }
        assertThat(new RelativeMahalanobis().fit(rays).notes())
                .containsExactly(
                        "the covariance is singular: 1 of 3 directions were dropped, and differences along them do not count",
                        "the total covariance is singular: 1 of 3 directions were dropped, and differences along them do not count");
    }

    @Test
    void options_thatContradict_areRefused() {
        assertThatThrownBy(() -> Detectors.parse("relative-mahalanobis:shrinkage=2"))
                .hasMessage("option shrinkage of relative-mahalanobis must lie in 0 .. 1, was 2.0");
        assertThatThrownBy(() -> Detectors.parse("relative-mahalanobis:shrinkage=0.1,variant=plp"))
                .hasMessage(
                        "relative-mahalanobis: variant=plp fixes the covariances, so shrinkage must stay 0, was 0.1");
        assertThatThrownBy(() -> Detectors.parse("relative-mahalanobis++:normalize=false"))
                .hasMessageContaining("relative-mahalanobis++ means normalize=true");
        assertThat(Detectors.parse("relative-mahalanobis++"))
                .isEqualTo(Detectors.parse("relative-mahalanobis:normalize=true"));
        assertThat(Detectors.parse("relative-mahalanobis:on=logits").needs().sampleLayers(false))
                .containsExactly(Layer.LOGITS);
    }

    @Test
    void relativeMahalanobis_onPatches_isRefused() {
        assertThatThrownBy(
                        () -> new RelativeMahalanobis(false, 0, Layer.PATCHES, RelativeMahalanobis.Variant.CANONICAL))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("be features or logits");
    }
}
