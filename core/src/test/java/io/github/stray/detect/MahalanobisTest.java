// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.Labels;
import io.github.stray.feature.Layer;
import io.github.stray.remedy.Remedy;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class MahalanobisTest {
    @Nested
    class Canonical extends DetectorContract {
        @Override
        Detector detector() {
            return new Mahalanobis();
        }
    }

    @Nested
    class NormalizedWithShrinkage extends DetectorContract {
        @Override
        Detector detector() {
            return Detectors.parse("mahalanobis++:shrinkage=0.1");
        }
    }

    @Nested
    class Plp extends DetectorContract {
        @Override
        Detector detector() {
            return Detectors.parse("mahalanobis:variant=plp");
        }
    }

    @Nested
    class PytorchOod extends DetectorContract {
        @Override
        Detector detector() {
            return Detectors.parse("mahalanobis:variant=pytorch-ood");
        }
    }

    @Nested
    class Mcm extends DetectorContract {
        @Override
        Detector detector() {
            return Detectors.parse("mahalanobis:variant=mcm");
        }
    }

    /** Two classes on a line, means 1 and 10, scatters 2 and 8: S = 10 / 5. */
    private final FeatureSet line = Sets.labelled(new int[] {0, 0, 1, 1, 1}, 1, 0, 2, 8, 10, 12);

    private static double score(String detector, FeatureSet training, float x) {
        return Detectors.parse(detector)
                .fit(training)
                .score(Sets.of(Sets.space("net-a", 1), x))
                .get(0);
    }

    @Test
    void score_byHand_everyVariant() {
        assertThat(score("mahalanobis", line, 13)).isCloseTo(-9 / 2.0, within(1e-12));
        assertThat(score("mahalanobis", line, 3)).isCloseTo(-4 / 2.0, within(1e-12));
        assertThat(score("mahalanobis:variant=plp", line, 13)).isCloseTo(-9 / ((2 + 4) / 2.0), within(1e-12));
        assertThat(score("mahalanobis:variant=pytorch-ood", line, 13))
                .isCloseTo(-0.5 * 9 / (10 / 4.0 + 1e-6), within(1e-12));
        double total = (0.0 + 4 + 64 + 100 + 144 - 32 * 32 / 5.0) / 4;
        assertThat(score("mahalanobis:variant=mcm", line, 13)).isCloseTo(-0.5 * 9 / total, within(1e-12));
        assertThat(score("mahalanobis:normalize=true,shrinkage=1", line.withLabels(Labels.of(new int[5])), -7))
                .isCloseTo(-(1.8 * 1.8) / (0.8 - 0.64), within(1e-12));
    }

    @Test
    void fit_classOfOne_meanCountsUnlessPlp() {
        FeatureSet training = Sets.labelled(new int[] {0, 0, 1, 1, 1, 2}, 1, 0, 2, 8, 10, 12, 100);
        assertThat(score("mahalanobis", training, 100)).isCloseTo(0, within(1e-12));
        assertThat(score("mahalanobis:variant=plp", training, 100)).isCloseTo(-90 * 90 / 3.0, within(1e-9));
        assertThat(Detectors.parse("mahalanobis:variant=plp").fit(training).notes())
                .containsExactly("1 of 3 classes have one training row and are left out");
        assertThat(new Mahalanobis().fit(training).notes())
                .containsExactly("1 of 3 classes have one training row and add nothing to the covariance");
    }

    @Test
    void fit_classWithoutRows_isNoted() {
        FeatureSet named = line.withLabels(Labels.of(new int[] {0, 0, 2, 2, 2}, List.of("cat", "dog", "emu")));
        FittedDetector fitted = new Mahalanobis().fit(named);
        assertThat(fitted.notes())
                .containsExactly("1 of 3 classes have no training rows; no distance to them is measured");
        assertThat(fitted.score(line)).isEqualTo(new Mahalanobis().fit(line).score(line));
    }

    @Test
    void fit_hugeLabelNumbers_takeNoMemory() {
        FeatureSet far = line.withLabels(
                Labels.of(new int[] {7, 7, Integer.MAX_VALUE - 1, Integer.MAX_VALUE - 1, Integer.MAX_VALUE - 1}));
        assertThat(new Mahalanobis().fit(far).score(line))
                .isEqualTo(new Mahalanobis().fit(line).score(line));
    }

    @Test
    void fit_singularCovariance_dropsDirectionsAndSaysSo() {
        FeatureSet flat = Sets.labelled(new int[4], 2, 0, 3, 2, 3, 0, 3, 2, 3);
        FittedDetector fitted = new Mahalanobis().fit(flat);
        assertThat(fitted.notes())
                .containsExactly(
                        "the covariance is singular: 1 of 2 directions were dropped, and differences along them do not count");
        assertThat(fitted.score(Sets.of(flat.space(), 4, 1e6f)).get(0)).isCloseTo(-9, within(1e-12));
        assertThat(fitted.detector().restore(fitted.space(), fitted.state()).notes())
                .isEqualTo(fitted.notes());
    }

    @Test
    void fit_noVariation_isRefused() {
        for (FeatureSet none : List.of(
                Sets.labelled(new int[3], 2, 1, 2, 1, 2, 1, 2),
                Sets.labelled(new int[] {0, 1}, 2, 1, 2, 3, 4),
                Sets.labelled(new int[1], 2, 1, 2))) {
            for (String detector : List.of("mahalanobis", "mahalanobis:variant=plp", "mahalanobis:shrinkage=1")) {
                assertThatThrownBy(() -> Detectors.parse(detector).fit(none))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("rows of each class of 'set' are all equal");
            }
        }
    }

    @Test
    void fit_oneRowWithDivisorNMinusOne_isRefused() {
        for (String variant : List.of("mcm", "pytorch-ood")) {
            assertThatThrownBy(() ->
                            Detectors.parse("mahalanobis:variant=" + variant).fit(Sets.labelled(new int[1], 2, 1, 2)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("mahalanobis: variant=%s divides by n - 1, 'set' has one row".formatted(variant));
        }
    }

    @Test
    void fit_withoutLabels_isRefused() {
        assertThatThrownBy(() -> new Mahalanobis().fit(Sets.strangers(4, 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("mahalanobis needs labels, 'set' has none")
                .hasFieldOrPropertyWithValue("remedy", Remedy.LABELS);
    }

    @Test
    void options_thatContradict_areRefused() {
        for (String shrinkage : List.of("-0.1", "1.5", "NaN")) {
            assertThatThrownBy(() -> Detectors.parse("mahalanobis:shrinkage=" + shrinkage))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("must lie in 0 .. 1");
        }
        for (String variant : List.of("plp", "pytorch-ood", "mcm")) {
            assertThatThrownBy(() -> Detectors.parse("mahalanobis:shrinkage=0.1,variant=" + variant))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("mahalanobis: variant=%s fixes the covariance, so shrinkage must stay 0, was 0.1"
                            .formatted(variant));
        }
        assertThatThrownBy(() -> Detectors.parse("mahalanobis++:normalize=false"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("mahalanobis++ means normalize=true");
    }

    @Test
    void layer_onLogits_isLogits() {
        assertThat(Detectors.parse("mahalanobis:on=logits").needs().sampleLayers(false))
                .containsExactly(Layer.LOGITS);
        assertThat(Detectors.parse("mahalanobis").needs().sampleLayers(false)).containsExactly(Layer.FEATURES);
        assertThat(Detectors.parse("mahalanobis++")).isEqualTo(Detectors.parse("mahalanobis:normalize=true"));
    }

    @Test
    void mahalanobis_onPatches_isRefused() {
        assertThatThrownBy(() -> new Mahalanobis(false, 0, Layer.PATCHES, Mahalanobis.Variant.CANONICAL))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("be features or logits");
    }
}
