// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.Labels;
import io.github.stray.probe.LinearHead;
import io.github.stray.probe.SeenSamples;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SheTest extends DetectorContract {
    @Override
    Detector detector() {
        return new She();
    }

    /** The prediction is the sign of the first entry: class 0 below, 1 above; equal logits at 0; 2 beyond 10. */
    private final LinearHead head =
            LinearHead.of(FeatureMatrix.copyOf(new float[] {-1, 0, 1, 0, 2, 0}, 3, 2), new float[] {0, 0, -10});

    private static double score(FittedDetector fitted, float... x) {
        return fitted.score(Sets.of(Sets.space("net-a", 2), x)).get(0);
    }

    private FittedDetector fit(FeatureSet training) {
        return new She().fit(Training.of(training).with(head));
    }

    @Test
    void score_byHand_onlyRightRowsCount() {
        FittedDetector fitted =
                fit(Sets.labelled(new int[] {0, 0, 0, 1, 1, 2}, 2, -1, 4, -3, 2, 5, 100, 2, 0, -7, 50, 12, 1));
        assertThat(score(fitted, -5, 2)).isCloseTo(-5 * -2 + 2 * 3, within(1e-14));
        assertThat(score(fitted, 3, 7)).isCloseTo(3 * 2, within(1e-14));
        assertThat(score(fitted, 20, 1)).isCloseTo(20 * 12 + 1, within(1e-14));
        assertThat(fitted.notes()).isEmpty();
    }

    @Test
    void score_equalLogits_lowerClassIsPredicted() {
        FittedDetector fitted = fit(Sets.labelled(new int[] {0, 1, 2}, 2, -1, 4, 2, 9, 12, 1));
        assertThat(score(fitted, 0, 1)).isCloseTo(4, within(1e-14));
    }

    @Test
    void fit_classNeverRight_takesAllItsRowsAndSaysSo() {
        FittedDetector fitted = fit(Sets.labelled(new int[] {0, 0, 1, 2}, 2, 3, 4, 5, 8, 2, 9, 12, 1));
        assertThat(score(fitted, -1, 1)).isCloseTo(-4 + 6, within(1e-14));
        assertThat(fitted.notes())
                .containsExactly(
                        "1 of 3 classes have no correctly classified training rows; the mean of all their rows is their pattern");
    }

    @Test
    void fit_classWithoutRows_scoresMinusInfinityAndSaysSo() {
        FittedDetector fitted = fit(Sets.labelled(new int[] {0, 1}, 2, -3, 4, 5, 8));
        assertThat(score(fitted, 11, 1)).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(score(fitted, 1, 1)).isCloseTo(13, within(1e-14));
        assertThat(fitted.notes())
                .containsExactly(
                        "1 of 3 classes have no training rows; samples predicted to be of them score minus infinity");
        assertThat(new She().restore(fitted.space(), fitted.state()).notes()).isEqualTo(fitted.notes());
    }

    @Test
    void fit_classesInAnotherOrder_areJoinedByName() {
        LinearHead named = new LinearHead(
                head.weight(),
                head.bias(),
                Optional.empty(),
                List.of("low", "high", "huge"),
                head.space(),
                SeenSamples.UNKNOWN);
        FeatureSet inOrder = Sets.labelled(new int[] {0, 1, 2}, 2, -1, 4, 2, 9, 12, 1);
        FeatureSet byName = inOrder.withLabels(Labels.of(new int[] {2, 0, 1}, List.of("high", "huge", "low")));
        FittedDetector fitted = new She().fit(Training.of(byName).with(named));
        FittedDetector expected = fit(inOrder);
        for (float[] x : new float[][] {{-5, 2}, {3, 7}, {20, 1}}) {
            assertThat(score(fitted, x)).isEqualTo(score(expected, x));
        }
        assertThat(fitted.notes()).isEmpty();
    }

    @Test
    void fit_headKnownByNumber_saysWhatIsAssumed() {
        FeatureSet named = Sets.labelled(new int[] {0, 1, 2}, 2, -1, 4, 2, 9, 12, 1)
                .withLabels(Labels.of(new int[] {0, 1, 2}, List.of("a", "b", "c")));
        assertThat(fit(named).notes())
                .containsExactly(
                        "the head knows its classes by number only; they are taken for the samples' in their order, which begins with 'a', 'b', 'c'");
    }

    @Test
    void fit_labelBeyondTheHead_namesTheSample() {
        assertThatThrownBy(() -> fit(Sets.labelled(new int[] {0, 3}, 2, -3, 4, 5, 8)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "sample '1' of 'set' is of class '3', which is none of the 3 classes of the head ('0', '1', '2')");
    }
}
