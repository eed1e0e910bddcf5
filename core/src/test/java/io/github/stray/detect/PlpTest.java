// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

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
import io.github.stray.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class PlpTest {
    @Nested
    class ByAdam extends DetectorContract {
        @Override
        Detector detector() {
            return Detectors.parse("plp:score=energy,epochs=20,batch=32");
        }

        /** Another order is another descent: the scores are near, not equal. */
        @Override
        double orderTolerance() {
            return 0.1;
        }
    }

    @Nested
    class ByLbfgs extends DetectorContract {
        @Override
        Detector detector() {
            return Detectors.parse("plp:solver=lbfgs");
        }

        /** The order of sums, up to the tolerance of the minimum. */
        @Override
        double orderTolerance() {
            return 1e-5;
        }
    }

    private static final FeatureSpace EMBEDDED = FeatureSpace.unknown(3);

    private final FeatureSet training = Sets.blobs(80, 1);
    private final FeatureSet samples = Sets.blobs(40, 2);

    /** Embeddings of dimension 3, each an axis; features are another layer. */
    private static FeatureSet withAxes(FeatureSet set, int... axes) {
        float[] values = new float[axes.length * 3];
        for (int i = 0; i < axes.length; i++) {
            values[i * 3 + axes[i]] = 2;
        }
        return set.with(Layer.EMBEDDINGS, new FeatureLayer(Tensor.ofFloats(values, axes.length, 3), EMBEDDED));
    }

    private static ClassEmbeddings axes(String... names) {
        return new ClassEmbeddings(
                FeatureMatrix.copyOf(new float[] {1, 0, 0, 0, 5, 0, 0, 0, 1}, 3, 3), List.of(names), EMBEDDED);
    }

    private FeatureSet perfect() {
        return withAxes(training, training.labels().orElseThrow().toArray());
    }

    @Test
    void score_perfectPseudoLabels_sameBitsAsLinearProbe() {
        for (String options : List.of("score=msp,epochs=5,batch=16,seed=9", "score=energy,solver=lbfgs")) {
            FittedDetector plp = Detectors.parse("plp:" + options)
                    .fit(Training.of(perfect().withoutLabels()).with(axes("a", "b", "c")));
            FittedDetector probe = Detectors.parse("linear-probe:" + options).fit(training);
            assertThat(plp.score(samples)).isEqualTo(probe.score(samples));
            assertThat(plp.layers()).containsExactly(Layer.FEATURES);
        }
    }

    @Test
    void fit_labels_areNotTrainedOn() {
        Detector detector = Detectors.parse("plp:epochs=3");
        FeatureSet misleading = perfect().withLabels(Labels.of(new int[80]));
        FittedDetector with = detector.fit(Training.of(misleading).with(axes()));
        FittedDetector without =
                detector.fit(Training.of(perfect().withoutLabels()).with(axes()));
        assertThat(with.score(samples)).isEqualTo(without.score(samples));
    }

    @Test
    void fit_saysHowPseudoLabelsAreSpread() {
        FeatureSet few = withAxes(Sets.blobs(5, 1), 2, 0, 2, 2, 0);
        Detector detector = Detectors.parse("plp:solver=lbfgs");
        assertThat(detector.fit(Training.of(few.withoutLabels()).with(axes("ant", "bee", "cat")))
                        .notes())
                .containsExactly(
                        "the most frequent pseudo-label is 'cat': 3 of 5",
                        "1 of 3 classes has no row in 'set': bee",
                        "the probe gives 5 of 5 training rows their pseudo-label");
        assertThat(detector.fit(Training.of(few).with(axes())).notes())
                .containsExactly(
                        "the most frequent pseudo-label is '2': 3 of 5",
                        "1 of 5 pseudo-labels agree with the labels, which were not trained on",
                        "1 of 3 classes has no row in 'set': 1",
                        "the probe gives 5 of 5 training rows their pseudo-label");
    }

    @Test
    void fit_labelsInAnotherOrderOfClasses_areComparedByName() {
        FeatureSet few = withAxes(Sets.blobs(3, 1), 0, 1, 2)
                .withLabels(Labels.of(new int[] {1, 0, 0}, List.of("bee", "ant", "cat")));
        assertThat(Detectors.parse("plp:solver=lbfgs")
                        .fit(Training.of(few).with(axes("ant", "bee", "cat")))
                        .notes())
                .contains("2 of 3 pseudo-labels agree with the labels, which were not trained on");
    }

    @Test
    void fit_classNeverNearest_staysAClass() {
        FeatureSet few = withAxes(Sets.blobs(4, 1), 0, 1, 0, 1);
        FittedDetector fitted =
                Detectors.parse("plp:solver=lbfgs").fit(Training.of(few).with(axes()));
        assertThat(fitted.state().get("head.bias"))
                .isNotNull()
                .satisfies(bias -> assertThat(bias.shape()).containsExactly(3));
    }

    @Test
    void fit_tiesAndZeroEmbeddings_areTheLowerClass() {
        float[] values = {0, 0, 0, 0, 1, 1, 7, 0, 0, 0, 0, 1};
        FeatureSet few = Sets.blobs(4, 1)
                .withoutLabels()
                .with(Layer.EMBEDDINGS, new FeatureLayer(Tensor.ofFloats(values, 4, 3), EMBEDDED));
        FeatureSet labelled = Sets.blobs(4, 1).withLabels(Labels.of(new int[] {0, 1, 0, 2}));
        assertThat(Detectors.parse("plp:epochs=3")
                        .fit(Training.of(few).with(axes()))
                        .score(samples))
                .isEqualTo(
                        Detectors.parse("linear-probe:epochs=3").fit(labelled).score(samples));
    }

    @Test
    void fit_withoutEmbeddings_isRefusedNamingTheLayer() {
        assertThatThrownBy(() -> new Plp().fit(Training.of(training).with(axes())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("plp needs the layer 'embeddings' of its training samples, 'set' has none")
                .hasFieldOrPropertyWithValue("remedy", Remedy.LAYERS)
                .hasFieldOrPropertyWithValue("about", "features,embeddings");
    }

    @Test
    void fit_embeddingsOfOtherDimensionOrSpace_areRefused() {
        assertThatThrownBy(() -> new Plp().fit(Training.of(perfect()).with(Sets.classes())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the class embeddings of plp")
                .hasMessageContaining("dimension 3");
        var other = new FeatureSpace(
                Optional.of("net-b"), Optional.empty(), 5, Optional.empty(), Optional.empty(), Optional.empty());
        FeatureSet elsewhere = training.with(
                Layer.EMBEDDINGS, new FeatureLayer(training.features().toTensor(), other));
        assertThatThrownBy(() -> new Plp().fit(Training.of(elsewhere).with(Sets.classes())))
                .hasMessageContaining("net-b")
                .hasMessageContaining("net-a");
    }

    @Test
    void fit_embeddingNotANumber_isRefused() {
        float[] values = new float[80 * 3];
        values[7] = Float.NaN;
        FeatureSet broken = training.with(Layer.EMBEDDINGS, new FeatureLayer(Tensor.ofFloats(values, 80, 3), EMBEDDED));
        assertThatThrownBy(() -> new Plp().fit(Training.of(broken).with(axes())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("sample '2'");
    }

    @Test
    void fit_oneClassEmbedding_isRefused() {
        ClassEmbeddings one =
                new ClassEmbeddings(FeatureMatrix.copyOf(new float[] {1, 0, 0}, 1, 3), List.of(), EMBEDDED);
        assertThatThrownBy(() -> new Plp().fit(Training.of(perfect()).with(one)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("plp needs at least two classes, the class embeddings have one");
    }

    @Test
    void fit_manyBlocksOfRows_eachIsLabelled() {
        int n = 3000;
        int classes = 700;
        float[] features = new float[n * 2];
        float[] embeddings = new float[n * 2];
        float[] text = new float[classes * 2];
        for (int c = 0; c < classes; c++) {
            text[c * 2] = (float) Math.cos(c * 0.008);
            text[c * 2 + 1] = (float) Math.sin(c * 0.008);
        }
        int[] labels = IntStream.range(0, n).map(i -> i % classes).toArray();
        for (int i = 0; i < n; i++) {
            features[i * 2] = labels[i] % 7;
            features[i * 2 + 1] = labels[i] % 3;
            embeddings[i * 2] = 3 * text[labels[i] * 2];
            embeddings[i * 2 + 1] = 3 * text[labels[i] * 2 + 1];
        }
        FeatureSet set = FeatureSet.of(FeatureMatrix.copyOf(features, n, 2), "set")
                .withLabels(Labels.of(labels))
                .with(Layer.EMBEDDINGS, new FeatureLayer(Tensor.ofFloats(embeddings, n, 2), FeatureSpace.unknown(2)));
        ClassEmbeddings classText =
                new ClassEmbeddings(FeatureMatrix.copyOf(text, classes, 2), List.of(), FeatureSpace.unknown(2));
        assertThat(Detectors.parse("plp:epochs=1")
                        .fit(Training.of(set).with(classText))
                        .notes())
                .contains("3000 of 3000 pseudo-labels agree with the labels, which were not trained on");
    }
}
