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

class ResidualTest {
    @Nested
    class OnFeatures extends DetectorContract {
        @Override
        Detector detector() {
            return new Residual();
        }
    }

    @Nested
    class OnFeaturesAndHead extends DetectorContract {
        @Override
        Detector detector() {
            return new Residual(OptionalInt.of(3));
        }

        @Override
        boolean onHead() {
            return true;
        }
    }

    /** Mean (2, 0), moments 2 along the first axis and 1/2 along the second. */
    private final FeatureSet cross = Sets.of(Sets.space("net-a", 2), 0, 0, 4, 0, 2, 1, 2, -1);

    private static double score(String detector, Training training, float... x) {
        FittedDetector fitted = Detectors.parse(detector).fit(training);
        return fitted.score(Sets.of(fitted.space(), x)).get(0);
    }

    @Test
    void score_byHand() {
        Training training = Training.of(cross);
        assertThat(score("residual", training, 7, 3)).isCloseTo(-3, within(1e-14));
        assertThat(score("residual:dimension=1", training, 700, -3)).isCloseTo(-3, within(1e-12));
        assertThat(score("residual:dimension=0", training, 7, 3)).isCloseTo(-Math.sqrt(34), within(1e-14));
        assertThat(score("residual", training, 2, 0)).isZero();
    }

    /** The origin (0, 5) sees the rows mostly along the second axis. */
    @Test
    void score_withHead_measuresFromTheOriginOfVim() {
        LinearHead head = LinearHead.of(FeatureMatrix.copyOf(new float[] {0, 1}, 1, 2), new float[] {-5});
        FeatureSet rows = Sets.of(cross.space(), -1, 0, 1, 0, -1, 10, 1, 10);
        assertThat(score("residual", Training.of(rows).with(head), 3, 99)).isCloseTo(-3, within(1e-12));
        assertThat(score("residual:dimension=0", Training.of(rows).with(head), 3, 9))
                .isCloseTo(-5, within(1e-14));
    }

    @Test
    void fit_oneDimension_isTheDistanceFromTheMean() {
        Training training = Training.of(Sets.of(Sets.space("net-a", 1), 1, 3));
        assertThat(score("residual", training, 7)).isEqualTo(-5);
    }

    @Test
    void fit_rowsInFewerDirections_isRefusedUnlessTheyDetermineTheSubspace() {
        FeatureSet line = Sets.of(Sets.space("net-a", 3), 0, 0, 0, 1, 2, 0, 2, 4, 0);
        assertThat(score("residual", Training.of(line), 1, 2, 7)).isCloseTo(-7, within(1e-14));
        assertThatThrownBy(() -> score("residual:dimension=2", Training.of(line), 1, 2, 7))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "residual: the rows of 'set' extend in 1 directions about their origin, so dimension = 2 principal ones are not determined; give dimension=1 or less, or more rows");
        FeatureSet one = Sets.of(Sets.space("net-a", 3), 1, 2, 3);
        assertThatThrownBy(() -> score("residual", Training.of(one), 1, 2, 7)).hasMessageContaining("in 0 directions");
        assertThat(score("residual:dimension=0", Training.of(one), 1, 2, 7)).isEqualTo(-4);
    }

    @Test
    void fit_equalEigenvaluesAtTheCut_areNoted() {
        FeatureSet round = Sets.of(Sets.space("net-a", 2), 1, 0, -1, 0, 0, 1, 0, -1);
        assertThat(new Residual().fit(round).notes())
                .containsExactly(
                        "the training rows extend as far along the last principal direction as along the next, within rounding, so which of the two is principal is arbitrary; another dimension avoids that");
        assertThat(new Residual().fit(cross).notes()).isEmpty();
        assertThat(new Residual(OptionalInt.of(0)).fit(round).notes()).isEmpty();
    }

    @Test
    void dimension_default_dependsOnTheSpace() {
        int[][] expected = {{1, 0}, {2, 1}, {5, 2}, {767, 383}, {768, 512}, {2047, 512}, {2048, 1000}, {4096, 1000}};
        for (int[] pair : expected) {
            assertThat(PrincipalComplement.dimension(OptionalInt.empty(), pair[0], "vim"))
                    .isEqualTo(pair[1]);
        }
    }

    @Test
    void dimension_outOfRange_isRefused() {
        for (String id : new String[] {"residual", "vim"}) {
            assertThatThrownBy(() -> Detectors.parse(id + ":dimension=-1"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("option dimension of %s must be at least 0, was -1".formatted(id));
            Training given = Training.of(Sets.blobs(9, 1)).with(Sets.head());
            assertThatThrownBy(() -> Detectors.parse(id + ":dimension=5").fit(given))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(id + ": dimension = 5 of a space of 5 dimensions leaves nothing over; give 0 to 4");
            assertThatThrownBy(() -> Detectors.parse(id + ":dimension=all"))
                    .hasMessageContaining("option dimension of %s must be a whole number", id);
        }
        assertThat(Detectors.parse("residual:dimension=auto")).isEqualTo(new Residual());
    }
}
