// SPDX-License-Identifier: Apache-2.0
package io.github.stray.accuracy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.feature.Labels;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KnnAccuracyTest {
    private static final FeatureSet TRAINING =
            set("train", 2, 4, 0, 0, 4, 3, 3).withLabels(Labels.of(new int[] {2, 0, 1}));

    private static FeatureSet set(String name, int dimension, float... values) {
        return FeatureSet.of(FeatureMatrix.copyOf(values, values.length / dimension, dimension), name);
    }

    private static FeatureSet labelled(FeatureSet set, int... labels) {
        return set.withLabels(Labels.of(labels));
    }

    @Test
    void default_isThePapers() {
        assertThat(KnnAccuracy.DEFAULT.k()).isEqualTo(20);
    }

    @Test
    void of_oneNeighbour_countsTheRightOnes() {
        FeatureSet test = labelled(set("test", 2, 8, 1, 1, 9, 5, 5, 1, 0), 2, 0, 0, 2);
        assertThat(new KnnAccuracy(1).predict(TRAINING, test)).isEqualTo(Labels.of(new int[] {2, 0, 1, 2}));
        assertThat(new KnnAccuracy(1).of(TRAINING, test)).isEqualTo(0.75);
    }

    /** cos 1 against twice cos 0.98: exp(50) loses to 2 exp(49) no more than e does to 2, so the nearer one wins; three win. */
    @Test
    void predict_severalFartherNeighbours_outvoteOneOnlyByTheirSum() {
        float far = (float) Math.sqrt(1 - 0.98 * 0.98);
        FeatureSet sample = set("test", 2, 1, 0);
        FeatureSet two = set("train", 2, 1, 0, 0.98F, far, 0.98F, -far);
        FeatureSet three = set("train", 2, 1, 0, 0.98F, far, 0.98F, -far, 0.98F, far);
        assertThat(new KnnAccuracy(3).predict(labelled(two, 0, 1, 1), sample)).isEqualTo(Labels.of(new int[] {0}));
        assertThat(new KnnAccuracy(4).predict(labelled(three, 0, 1, 1, 1), sample))
                .isEqualTo(Labels.of(new int[] {1}));
    }

    @Test
    void predict_equalVotes_goToTheLowerClass() {
        FeatureSet training = set("train", 2, 3, 4, 3, -4, 3, 4, 3, -4);
        FeatureSet sample = set("test", 2, 1, 0);
        assertThat(new KnnAccuracy(4)
                        .predict(labelled(training, 7, 5, 7, 5), sample)
                        .get(0))
                .isEqualTo(5);
        assertThat(new KnnAccuracy(4)
                        .predict(labelled(training, 5, 7, 5, 7), sample)
                        .get(0))
                .isEqualTo(5);
    }

    @Test
    void predict_equallyNearRows_takesTheLower() {
        FeatureSet training = set("train", 2, 3, -4, 3, 4);
        FeatureSet sample = set("test", 2, 1, 0);
        assertThat(new KnnAccuracy(1).predict(labelled(training, 7, 5), sample).get(0))
                .isEqualTo(7);
    }

    @Test
    void predict_zeroSample_tiesWithEveryRow() {
        FeatureSet sample = set("test", 2, 0, 0);
        assertThat(new KnnAccuracy(1).predict(TRAINING, sample).get(0)).isEqualTo(2);
        assertThat(new KnnAccuracy(3).predict(TRAINING, sample).get(0)).isZero();
    }

    @Test
    void predict_farthestCosinesOnly_stillVotes() {
        FeatureSet sample = set("test", 2, -1, -1);
        assertThat(new KnnAccuracy(3)
                        .predict(labelled(set("train", 2, 1, 1, 2, 2, 3, 4), 4, 4, 4), sample)
                        .get(0))
                .isEqualTo(4);
    }

    @Test
    void predict_oneByOne_equalsAllAtOnce() {
        FeatureSet samples = set("test", 2, 8, 1, 1, 9, 5, 5, 0, 0, -1, 0);
        Labels together = new KnnAccuracy(3).predict(TRAINING, samples);
        for (int i = 0; i < samples.size(); i++) {
            assertThat(new KnnAccuracy(3)
                            .predict(TRAINING, samples.select(new int[] {i}))
                            .get(0))
                    .isEqualTo(together.get(i));
        }
    }

    @Test
    void predict_namedClasses_keepTheirNames() {
        Labels named = Labels.of(new int[] {2, 0, 1}, List.of("cat", "dog", "owl", "none"));
        Labels predicted = new KnnAccuracy(1).predict(TRAINING.withLabels(named), set("test", 2, 1, 0));
        assertThat(predicted.classNames()).containsExactly("cat", "dog", "owl", "none");
        assertThat(predicted.nameOf(predicted.get(0))).isEqualTo("owl");
    }

    @Test
    void of_unfitInput_isRefusedByName() {
        FeatureSet test = labelled(set("test", 2, 1, 0), 2);
        assertThatThrownBy(() -> new KnnAccuracy(0)).hasMessage("k of the k-NN accuracy must be at least 1, was 0");
        assertThatThrownBy(() -> new KnnAccuracy(4).of(TRAINING, test))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("k-NN accuracy: k = 4 needs at least 4 training rows, 'train' has 3");
        assertThatThrownBy(() -> new KnnAccuracy(1).of(TRAINING, set("plain", 2, 1, 0)))
                .hasMessage("k-NN accuracy needs a class for each row, 'plain' has no labels");
        assertThatThrownBy(() -> new KnnAccuracy(1).of(set("plain", 2, 1, 0), test))
                .hasMessage("k-NN accuracy needs a class for each row, 'plain' has no labels");
        assertThatThrownBy(() -> new KnnAccuracy(1).of(TRAINING, labelled(set("wide", 3, 1, 0, 0), 2)))
                .hasMessageContaining("'wide'")
                .hasMessageEndingWith("dimension 3 against 2");
        assertThatThrownBy(() -> new KnnAccuracy(1).of(TRAINING, labelled(set("nan", 2, 1, Float.NaN), 2)))
                .hasMessageContaining("feature row 0 of 'nan'");
        assertThatThrownBy(() ->
                        new KnnAccuracy(1).of(labelled(set("infinite", 2, Float.POSITIVE_INFINITY, 0), 0), test))
                .hasMessageContaining("feature row 0 of 'infinite'");
        assertThatThrownBy(() -> new KnnAccuracy(1).of(TRAINING, test.select(new int[0])))
                .hasMessage("accuracy needs at least one sample, got none");
    }

    @Test
    void of_twoSpaces_isRefused() {
        var one = new FeatureSpace(
                Optional.of("one"), Optional.empty(), 2, Optional.empty(), Optional.empty(), Optional.empty());
        var other = new FeatureSpace(
                Optional.of("other"), Optional.empty(), 2, Optional.empty(), Optional.empty(), Optional.empty());
        assertThatThrownBy(() -> new KnnAccuracy(1)
                        .of(
                                TRAINING.withSpace(one),
                                labelled(set("test", 2, 1, 0), 2).withSpace(other)))
                .hasMessage("k-NN accuracy: 'test' lives in other/unknown layer (2 dimensions), 'train' in one/unknown"
                        + " layer (2 dimensions): extractor other against one");
    }

    @Test
    void of_classNamesThatDisagree_isRefused() {
        FeatureSet training = TRAINING.withLabels(Labels.of(new int[] {2, 0, 1}, List.of("cat", "dog", "owl")));
        FeatureSet test = set("test", 2, 1, 0).withLabels(Labels.of(new int[] {0}, List.of("cat", "owl")));
        assertThatThrownBy(() -> new KnnAccuracy(1).of(training, test))
                .hasMessage("class 1 is 'dog' among the known samples and 'owl' among those to judge;"
                        + " use one list of class names");
    }

    @Test
    void accuracy_ofLabels_countsEqualOnes() {
        Labels actual = Labels.of(new int[] {0, 1, 2, 1});
        assertThat(Accuracy.of(actual, actual)).isEqualTo(1);
        assertThat(Accuracy.of(Labels.of(new int[] {0, 1, 1, 0}), actual)).isEqualTo(0.5);
        assertThat(Accuracy.of(Labels.of(new int[] {1, 0, 0, 9}), actual)).isZero();
        assertThatThrownBy(() -> Accuracy.of(Labels.of(new int[] {1}), actual))
                .hasMessage("1 predictions for 4 labels; accuracy needs one a sample");
        assertThatThrownBy(() -> Accuracy.of(Labels.of(new int[0]), Labels.of(new int[0])))
                .hasMessage("accuracy needs at least one sample, got none");
    }
}
