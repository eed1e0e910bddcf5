// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.probe.LinearHead;
import java.util.Arrays;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class AshTest {
    @Nested
    class Binarised extends DetectorContract {
        @Override
        Detector detector() {
            return new Ash();
        }
    }

    @Nested
    class Pruned extends DetectorContract {
        @Override
        Detector detector() {
            return new Ash(Ash.Shape.P, 50);
        }
    }

    /** One class: the energy is the logit itself. */
    private static double score(String detector, float... x) {
        float[] weight = {1, 10, 100, 1000};
        LinearHead head =
                LinearHead.of(FeatureMatrix.copyOf(Arrays.copyOf(weight, x.length), 1, x.length), new float[] {0.5f});
        return Detectors.parse(detector)
                .fit(Training.NOTHING.with(head))
                .score(FeatureSet.of(FeatureMatrix.copyOf(x, 1, x.length), "new"))
                .get(0);
    }

    @Test
    void score_byHand_everyShape() {
        assertThat(score("ash:percentile=50,shape=p", 1, 4, 2, 3)).isEqualTo(0.5 + 40 + 3000);
        assertThat(score("ash:percentile=50,shape=b", 1, 4, 2, 3)).isEqualTo(0.5 + 50 + 5000);
        assertThat(score("ash:percentile=50,shape=s", 1, 4, 2, 3))
                .isCloseTo(0.5 + 3040 * Math.exp(10 / 7.0), within(1e-10));
    }

    @Test
    void score_equalEntriesAtTheCut_lowerIndexIsKept() {
        assertThat(score("ash:percentile=50,shape=p", 2, 3, 2, 2)).isEqualTo(0.5 + 2 + 30);
        assertThat(score("ash:percentile=50,shape=p", 0, 0, 0, 0)).isEqualTo(0.5);
        assertThat(score("ash:percentile=75,shape=p", 1, 1, 1, 1)).isEqualTo(0.5 + 1);
    }

    @Test
    void kept_halves_roundToEven() {
        assertThat(score("ash:percentile=50,shape=p", 1, 2, 3))
                .as("round(1.5) = 2 of 3 pruned")
                .isEqualTo(300.5);
        assertThat(score("ash:percentile=12.5,shape=p", 1, 1, 1, 1))
                .as("round(0.5) = 0 of 4")
                .isEqualTo(1111.5);
        assertThat(score("ash:percentile=37.5,shape=p", 1, 1, 1, 1))
                .as("round(1.5) = 2 of 4")
                .isEqualTo(11.5);
    }

    @Test
    void score_negativeEntries_bAndPTakeThemAsTheyAre() {
        assertThat(score("ash:percentile=50,shape=b", -1, -4, -2, -3)).isEqualTo(0.5 - 5 - 500);
        assertThat(score("ash:percentile=50,shape=p", -1, -4, -2, -3)).isEqualTo(0.5 - 1 - 200);
        assertThat(score("ash:percentile=50,shape=s", -4, 1, 2, -4))
                .isCloseTo(0.5 + 210 * Math.exp(-5 / 3.0), within(1e-10));
    }

    @Test
    void score_sWithKeptSumNotAboveZero_namesTheSample() {
        assertThatThrownBy(() -> score("ash:percentile=50,shape=s", 0, 0, 0, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "ash: shape=s divides by the sum of the 2 largest entries, which is 0.0 for sample '0' of 'new'; expected a sum"
                                + " above 0 (features after a ReLU, not all zero), or take shape=b or shape=p");
        assertThatThrownBy(() -> score("ash:percentile=50,shape=s", -1, -1, -1, -1))
                .hasMessageContaining("which is -2.0 for sample '0' of 'new'");
    }

    @Test
    void score_sBeyondADouble_namesTheSample() {
        float[] weight = new float[1000];
        float[] ones = new float[1000];
        Arrays.fill(weight, 1);
        Arrays.fill(ones, 1);
        FittedDetector fitted = new Ash(Ash.Shape.S, 99.9)
                .fit(Training.NOTHING.with(LinearHead.of(FeatureMatrix.copyOf(weight, 1, 1000), new float[1])));
        assertThatThrownBy(() -> fitted.score(FeatureSet.of(FeatureMatrix.copyOf(ones, 1, 1000), "new")))
                .hasMessageContaining("the shaped entries of sample '0' of 'new' are too large");
    }

    @Test
    void fit_nothingKept_isRefused() {
        for (String detector : new String[] {"ash", "ash:percentile=100"}) {
            assertThatThrownBy(() -> score(detector, 7))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("prunes all 1 dimensions; give a smaller one");
        }
    }

    @Test
    void percentile_outOfRange_isRefused() {
        for (double bad : new double[] {-0.1, 100.5, Double.NaN}) {
            assertThatThrownBy(() -> new Ash(Ash.Shape.B, bad))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("option percentile of ash must lie in 0 .. 100, was " + bad);
        }
    }
}
