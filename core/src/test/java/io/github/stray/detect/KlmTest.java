// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.Labels;
import io.github.stray.tensor.ElementType;
import io.github.stray.tensor.Tensor;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class KlmTest {
    @Nested
    class OnLogits extends DetectorContract {
        @Override
        Detector detector() {
            return new Klm();
        }
    }

    @Nested
    class OnFeaturesAndHead extends DetectorContract {
        @Override
        Detector detector() {
            return new Klm();
        }

        @Override
        boolean onHead() {
            return true;
        }
    }

    private static final float LOG_THREE = (float) Math.log(3);

    private static FeatureSet two(float... logits) {
        return Sets.of(Sets.space("net-a", 2), logits);
    }

    /** Shares 3/4 and 1/2 of class 0 (a tie goes to it), 3/4 of class 1. */
    private final FittedDetector fitted = new Klm().fit(Training.of(two(LOG_THREE, 0, 5, 5, -1, LOG_THREE - 1)));

    @Test
    void score_byHand() {
        double fromFirst = 0.9 * Math.log(0.9 / 0.625) + 0.1 * Math.log(0.1 / 0.375);
        assertThat(fitted.score(two((float) Math.log(9), 0)).get(0)).isCloseTo(-fromFirst, within(1e-7));
        double fromSecond = 0.1 * Math.log(0.1 / 0.25) + 0.9 * Math.log(0.9 / 0.75);
        assertThat(fitted.score(two(0, (float) Math.log(9))).get(0)).isCloseTo(-fromSecond, within(1e-7));
        assertThat(fitted.notes()).isEmpty();
    }

    @Test
    void score_typicalPrediction_isZero() {
        assertThat(fitted.score(two(2, LOG_THREE + 2)).get(0)).isCloseTo(0, within(1e-12));
    }

    @Test
    void fit_labels_areNotRead() {
        FeatureSet blobs = Sets.blobs(60, 1);
        assertThat(new Klm().fit(blobs.withoutLabels()).score(blobs))
                .isEqualTo(
                        new Klm().fit(blobs.withLabels(Labels.of(new int[60]))).score(blobs));
    }

    @Test
    void fit_classNeverPredicted_isOneHot() {
        FittedDetector certain = new Klm().fit(Training.of(two(1000, 0)));
        assertThat(certain.notes())
                .containsExactly(
                        "1 of 2 classes are predicted for no training row; one-hot stands for their mean softmax");
        assertThat(certain.score(two(1000, 0, 0, 1000, 0, 0)).toArray())
                .containsExactly(0, 0, Double.NEGATIVE_INFINITY);
    }

    @Test
    void score_oneClass_isZero() {
        FeatureSet one = Sets.of(Sets.space("net-a", 1), 4, -2);
        assertThat(new Klm().fit(one).score(one).toArray()).containsExactly(0, 0);
    }

    @Test
    void fit_rowsOfManyBlocks_allCount() {
        int classes = 1500;
        int rows = 1400;
        float[] values = new float[rows * classes];
        for (int i = 0; i < rows; i++) {
            values[i * classes] = i < rows / 2 ? 3 : 9;
        }
        FeatureSet training = FeatureSet.of(FeatureMatrix.copyOf(values, rows, classes), "set");
        double low = Math.exp(3) / (Math.exp(3) + classes - 1);
        double high = Math.exp(9) / (Math.exp(9) + classes - 1);
        double mean = (low + high) / 2;
        double divergence = low * Math.log(low / mean) + (1 - low) * Math.log((1 - low) / (1 - mean));
        assertThat(new Klm().fit(training).score(Sets.row(training, 0)).get(0)).isCloseTo(-divergence, within(1e-9));
    }

    @Test
    void fit_tooManyClasses_isRefused() {
        int classes = 46341;
        FeatureSet wide = FeatureSet.of(FeatureMatrix.of(Tensor.ofFloats(new float[classes], 1, classes)), "wide");
        assertThatThrownBy(() -> new Klm().fit(wide))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "klm keeps the mean softmax of each class and takes at most 46340 classes, 'wide' has 46341");
    }

    @Test
    void state_isTheMeanSoftmax() {
        assertThat(fitted.state()).containsOnlyKeys("mean_softmax").hasEntrySatisfying("mean_softmax", means -> {
            assertThat(means.type()).isEqualTo(ElementType.F64);
            assertThat(means.toDoubles()).containsExactly(new double[] {0.625, 0.375, 0.25, 0.75}, within(1e-7));
        });
    }
}
