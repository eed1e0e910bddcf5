// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.probe.LinearHead;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class FdbdTest {
    @Nested
    class FromTheMean extends DetectorContract {
        @Override
        Detector detector() {
            return new Fdbd();
        }
    }

    @Nested
    class OfTheFeature extends DetectorContract {
        @Override
        Detector detector() {
            return new Fdbd(Fdbd.Normalize.FEATURE);
        }
    }

    private final FeatureSet training = Sets.of(Sets.space("net-a", 2), 0, 0, 2, 4);

    private static LinearHead head(int classes, float... weightsThenBiases) {
        float[] weight = new float[classes * 2];
        float[] bias = new float[classes];
        System.arraycopy(weightsThenBiases, 0, weight, 0, weight.length);
        System.arraycopy(weightsThenBiases, weight.length, bias, 0, classes);
        return LinearHead.of(FeatureMatrix.copyOf(weight, classes, 2), bias);
    }

    private FittedDetector fit(String detector, LinearHead head) {
        return Detectors.parse(detector).fit(Training.of(training).with(head));
    }

    private double score(String detector, LinearHead head, float... x) {
        return fit(detector, head).score(Sets.of(training.space(), x)).get(0);
    }

    /** Logits x, y - 1 and 0; the mean of the training rows is (1, 2). */
    @Test
    void score_byHand() {
        LinearHead three = head(3, 1, 0, 0, 1, 0, 0, 0, -1, 0);
        double distance = ((8 - 5) / Math.sqrt(2) + 8) / 2;
        assertThat(score("fdbd", three, 8, 6)).isCloseTo(distance / Math.sqrt(49 + 16), within(1e-14));
        assertThat(score("fdbd:normalize=feature", three, 8, 6)).isCloseTo(distance / 10, within(1e-14));
        assertThat(score("fdbd", three, 2, 3))
                .as("equal logits")
                .isCloseTo((0 + 2) / 2.0 / Math.sqrt(2), within(1e-14));
    }

    @Test
    void score_atTheMean_isInfinityOrZeroOnEveryBoundary() {
        LinearHead two = head(2, 1, 0, 0, 1, 0, 0);
        assertThat(score("fdbd", two, 1, 2)).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(score("fdbd", head(2, 2, 0, 0, 1, 0, 0), 1, 2)).isZero();
        assertThat(score("fdbd:normalize=feature", two, 0, 0)).isZero();
        assertThat(score("fdbd:normalize=feature", head(2, 1, 0, 0, 1, 0, 1), 0, 0))
                .isEqualTo(Double.POSITIVE_INFINITY);
    }

    @Test
    void fit_equalWeights_haveNoBoundaryAndAreNoted() {
        LinearHead shared = head(4, 1, 0, 0, 1, 1, -0.0f, 0, 0, 0, -1, -3, 0);
        FittedDetector fitted = fit("fdbd", shared);
        assertThat(fitted.notes())
                .containsExactly(
                        "2 of 4 classes share their weights with another; there is no boundary between such classes, and none is counted");
        assertThat(score("fdbd", shared, 8, 6))
                .isCloseTo(score("fdbd", head(3, 1, 0, 0, 1, 0, 0, 0, -1, 0), 8, 6), within(1e-14));
        assertThat(new Fdbd().restore(fitted.space(), fitted.state()).notes()).isEqualTo(fitted.notes());
    }

    @Test
    void fit_noBoundary_isRefused() {
        assertThatThrownBy(() -> fit("fdbd", head(1, 1, 0, 0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the head has one class; expected two or more");
        assertThatThrownBy(() -> fit("fdbd:normalize=feature", head(3, 1, 0, 1, 0, 1, 0, 0, 5, 9)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the weights of all 3 classes of the head are equal");
    }

    /** Beside weights of a million a gap of 1/16 is lost in the difference of their squares. */
    @Test
    void score_nearlyEqualWeights_keepsTheDigits() {
        LinearHead near = head(3, 1e6f, 0, 1e6f + 0.0625f, 0, 0, 0, 0, 0, 0);
        double distance = (0.0625 * 3 / 0.0625 + 3) / 2;
        assertThat(score("fdbd", near, 3, 2)).isCloseTo(distance / 2, within(1e-9));
    }

    @Test
    void needs_ofTheFeature_nothingIsFitted() {
        assertThat(new Fdbd().needs().fitted()).isTrue();
        assertThat(new Fdbd(Fdbd.Normalize.FEATURE).needs().fitted()).isFalse();
        assertThat(new Fdbd(Fdbd.Normalize.FEATURE)
                        .fit(Training.NOTHING.with(Sets.head()))
                        .state())
                .containsOnlyKeys("head.weight", "head.bias");
    }
}
