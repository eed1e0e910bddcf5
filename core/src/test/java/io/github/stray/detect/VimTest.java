// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.probe.LinearHead;
import java.util.OptionalInt;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class VimTest {
    @Nested
    class Default extends DetectorContract {
        @Override
        Detector detector() {
            return new Vim();
        }
    }

    @Nested
    class FourDimensions extends DetectorContract {
        @Override
        Detector detector() {
            return new Vim(OptionalInt.of(4));
        }
    }

    /** One class, logit x - 1: the origin is (1, 0). */
    private final LinearHead head = LinearHead.of(FeatureMatrix.copyOf(new float[] {1, 0}, 1, 2), new float[] {-1});

    private static double score(String detector, Training training, float... x) {
        FittedDetector fitted = Detectors.parse(detector).fit(training);
        return fitted.score(Sets.of(fitted.space(), x)).get(0);
    }

    /** Moments 5 and 1/2; logits 4, 2, 0, 0; r is 0, 0, 1, 1, so alpha = 1.5 / 0.5. */
    @Test
    void score_byHand() {
        Training training = Training.of(Sets.of(Sets.space("net-a", 2), 5, 0, 3, 0, 1, 1, 1, -1))
                .with(head);
        assertThat(score("vim", training, 2, 3)).isCloseTo(1 - 3 * 3, within(1e-13));
        double alpha = (4 + 2) / (4 + 2 + 1 + 1.0);
        assertThat(score("vim:dimension=0", training, 4, 4)).isCloseTo(3 - alpha * 5, within(1e-13));
    }

    @Test
    void origin_byHand() {
        assertThat(Vim.origin(LinearHead.of(FeatureMatrix.copyOf(new float[] {3, 4}, 1, 2), new float[] {-50})))
                .containsExactly(new double[] {6, 8}, within(1e-13));
        assertThat(Vim.origin(LinearHead.of(FeatureMatrix.copyOf(new float[4], 2, 2), new float[] {1, 2})))
                .containsExactly(0, 0);
    }

    @Test
    void fit_oneDimension_isTheDistanceFromTheOrigin() {
        LinearHead one = LinearHead.of(FeatureMatrix.copyOf(new float[] {2}, 1, 1), new float[] {-2});
        Training training = Training.of(Sets.of(Sets.space("net-a", 1), 2, 4)).with(one);
        assertThat(score("vim", training, -3)).isCloseTo(-8 - (2 + 6) / (1 + 3.0) * 4, within(1e-13));
    }

    @Test
    void fit_rowsWithinThePrincipalSubspace_isRefused() {
        for (FeatureSet flat : new FeatureSet[] {
            Sets.of(Sets.space("net-a", 2), 0, 0.1f, 1, 0, 2, -0.1f), Sets.of(Sets.space("net-a", 2), 1, 0)
        }) {
            int directions = flat.size() == 1 ? 0 : 1;
            assertThatThrownBy(() -> score("vim", Training.of(flat).with(head), 1, 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "vim: the %d rows of 'set' extend in %d directions about the head's origin, all of them within dimension = 1, so r is 0 on all of them and alpha does not exist; give a smaller dimension, or more rows"
                                    .formatted(flat.size(), directions));
        }
    }

    @Test
    void fit_equalEigenvaluesAtTheCut_areNoted() {
        FeatureSet round = Sets.of(Sets.space("net-a", 2), 2, 0, 0, 0, 1, 1, 1, -1);
        assertThat(new Vim().fit(Training.of(round).with(head)).notes())
                .hasSize(1)
                .first()
                .asString()
                .contains("which of the two is principal is arbitrary");
    }
}
