// SPDX-License-Identifier: Apache-2.0
package io.github.stray.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.stray.feature.FeatureLayer;
import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.feature.Labels;
import io.github.stray.feature.Layer;
import io.github.stray.language.ClassEmbeddings;
import io.github.stray.remedy.Remedy;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MeasuredProbeTest {
    private static final LinearProbe RECIPE = LinearProbe.PAPER;
    private static final List<String> NAMES = List.of("right", "up");
    private static final FeatureSet TRAINING =
            rows("train", new float[] {1, 0, 0.9f, 0.1f, 0, 1, 0.1f, 0.9f}, 0, 0, 1, 1);
    private static final FeatureSet HELD = rows("held", new float[] {0.8f, 0.2f, 0.2f, 0.8f, 0.3f, 0.7f}, 0, 1, 0);

    private static FeatureSet rows(String name, float[] values, int... labels) {
        FeatureMatrix matrix = FeatureMatrix.copyOf(values, labels.length, 2);
        return FeatureSet.of(matrix, name)
                .withLabels(Labels.of(labels, NAMES))
                .with(Layer.EMBEDDINGS, new FeatureLayer(matrix.toTensor(), FeatureSpace.unknown(2)));
    }

    private static ClassEmbeddings axes() {
        return new ClassEmbeddings(
                FeatureMatrix.copyOf(new float[] {1, 0, 0, 1}, 2, 2), NAMES, FeatureSpace.unknown(2));
    }

    @Test
    void train_onLabels_measuresOnTheRowsHeldOut() {
        MeasuredProbe measured =
                MeasuredProbe.train(RECIPE, TRAINING, Optional.of(HELD), Optional.empty(), ProbeProgress.NONE);

        TrainedProbe alone = RECIPE.train(TRAINING);
        assertThat(measured.probe().head().weight().row(1))
                .isEqualTo(alone.head().weight().row(1));
        assertThat(measured.heldOut()).contains(HeadQuality.of(alone.head(), HELD));
        assertThat(measured.heldOut().orElseThrow().accuracy()).isEqualTo(2.0 / 3);
        assertThat(measured.pseudo()).isEmpty();
        assertThat(measured.heldOutAccuracy()).isEmpty();
        assertThat(measured.notes()).isEqualTo(alone.notes());
    }

    @Test
    void train_onPseudoLabels_measuresAgainstThemAndAgainstTheOwnLabels() {
        MeasuredProbe measured =
                MeasuredProbe.train(RECIPE, TRAINING, Optional.of(HELD), Optional.of(axes()), ProbeProgress.NONE);

        assertThat(measured.pseudo().orElseThrow().histogram()).containsExactly(2, 2);
        assertThat(measured.heldOut().orElseThrow().accuracy()).isEqualTo(1);
        assertThat(measured.heldOutAccuracy()).contains(2.0 / 3);
    }

    @Test
    void train_nothingHeldOut_measuresNothing() {
        FeatureSet none = HELD.select(new int[0]);

        for (Optional<FeatureSet> held : List.of(Optional.<FeatureSet>empty(), Optional.of(none))) {
            assertThat(MeasuredProbe.train(RECIPE, TRAINING, held, Optional.empty(), ProbeProgress.NONE)
                            .heldOut())
                    .isEmpty();
        }
    }

    @Test
    void train_heldOutOfAnotherSpace_isRefused() {
        FeatureSet here = TRAINING.withSpace(space("here"));
        FeatureSet there = HELD.withSpace(space("there"));

        assertThatThrownBy(() ->
                        MeasuredProbe.train(RECIPE, here, Optional.of(there), Optional.empty(), ProbeProgress.NONE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("held-out samples 'held' live in ")
                .hasFieldOrPropertyWithValue("remedy", Remedy.SAME_SPACE);
    }

    @Test
    void train_heldOutWithClassesInAnotherOrder_isJoinedByName() {
        FeatureSet turned = HELD.withLabels(turned(HELD.labels().orElseThrow()));

        assertThat(MeasuredProbe.train(RECIPE, TRAINING, Optional.of(turned), Optional.empty(), ProbeProgress.NONE)
                        .heldOut())
                .isEqualTo(
                        MeasuredProbe.train(RECIPE, TRAINING, Optional.of(HELD), Optional.empty(), ProbeProgress.NONE)
                                .heldOut());
    }

    private static Labels turned(Labels labels) {
        int last = labels.classCount() - 1;
        return Labels.of(
                Arrays.stream(labels.toArray()).map(label -> last - label).toArray(),
                labels.classNames().reversed());
    }

    @Test
    void train_heldOutOfOtherClasses_isRefusedNamingThem() {
        FeatureSet swapped = HELD.withLabels(Labels.of(new int[] {0, 1, 0}, List.of("right", "left")));

        assertThatThrownBy(() -> MeasuredProbe.train(
                        RECIPE, TRAINING, Optional.of(swapped), Optional.empty(), ProbeProgress.NONE))
                .hasMessage(
                        "sample '1' of 'held' is of class 'left', which is none of the 2 classes of the training rows ('right', 'up')");
    }

    private static FeatureSpace space(String extractor) {
        return new FeatureSpace(
                Optional.of(extractor),
                Optional.of(Layer.FEATURES.id()),
                2,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }
}
