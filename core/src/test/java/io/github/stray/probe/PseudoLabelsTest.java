// SPDX-License-Identifier: Apache-2.0
package io.github.stray.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.feature.Labels;
import io.github.stray.feature.Layer;
import io.github.stray.language.ClassEmbeddings;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PseudoLabelsTest {
    private static final ClassEmbeddings AXES = classes(List.of("x", "y", "both", "-x"), 1, 0, 0, 2, 1, 1, -1, 0);

    private static ClassEmbeddings classes(List<String> names, float... values) {
        return new ClassEmbeddings(FeatureMatrix.copyOf(values, values.length / 2, 2), names, FeatureSpace.unknown(2));
    }

    private static FeatureSet rows(float... values) {
        return FeatureSet.of(FeatureMatrix.copyOf(values, values.length / 2, 2), "set");
    }

    @Test
    void of_anyLength_isTheNearestDirection() {
        PseudoLabels pseudo = PseudoLabels.of(rows(100, 1, 0.001f, 0.5f, 3, 3.1f, 2, 0), AXES);
        assertThat(pseudo.labels().toArray()).containsExactly(0, 1, 2, 0);
        assertThat(pseudo.labels().classNames()).containsExactly("x", "y", "both", "-x");
        assertThat(pseudo.histogram()).containsExactly(2, 1, 1, 0);
        assertThat(pseudo.unused()).containsExactly(3);
        assertThat(pseudo.accuracy()).isEmpty();
        assertThat(pseudo.notes()).isEmpty();
    }

    @Test
    void of_ties_goToTheLowerClass_zeroRowsToClass0() {
        ClassEmbeddings equal = classes(List.of("a", "b", "c"), -1, 0, 0, 1, 0, 3);
        PseudoLabels pseudo = PseudoLabels.of(rows(0, 2, 0, 0), equal);
        assertThat(pseudo.labels().toArray()).containsExactly(1, 0);
        assertThat(pseudo.notes()).containsExactly("1 of 2 embeddings are zero and got class 'a'");
    }

    @Test
    void of_labelledSamples_comparesAndNeverReads() {
        FeatureSet samples = rows(1, 0, 0, 1, 1, 1, 0, 1);
        List<String> names = List.of("x", "y", "both", "-x");
        for (int[] own : new int[][] {{0, 1, 2, 2}, {3, 3, 3, 1}}) {
            PseudoLabels pseudo = PseudoLabels.of(samples.withLabels(Labels.of(own, names)), AXES);
            assertThat(pseudo.labels().toArray()).containsExactly(0, 1, 2, 1);
            assertThat(pseudo.accuracy()).hasValue(own[0] == 0 ? 0.75 : 0.25);
            assertThat(PseudoLabels.of(samples.withLabels(Labels.of(own)), AXES).accuracy())
                    .isEqualTo(pseudo.accuracy());
        }
    }

    @Test
    void of_labelsOfOtherClasses_saysWhyThereIsNoAccuracy() {
        FeatureSet samples = rows(1, 0, 0, 1);
        int[] own = {0, 1};
        assertWhy(
                samples.withLabels(Labels.of(own, List.of("x", "n02"))),
                "the samples have labels of 2 classes, the class embeddings 4");
        assertWhy(
                samples.withLabels(Labels.of(new int[] {0, 9})),
                "the samples have labels of 10 classes, the class embeddings 4");
        assertWhy(
                samples.withLabels(Labels.of(own, List.of("y", "n02", "both", "-x"))),
                "class 1 is 'n02' among the samples' labels and 'y' among the class embeddings");
        PseudoLabels otherWords =
                PseudoLabels.of(samples.withLabels(Labels.of(own, List.of("n01", "n02", "n03", "n04"))), AXES);
        assertThat(otherWords.accuracy())
                .as("other words for the classes, in order")
                .hasValue(1);
    }

    @Test
    void of_labelsInAnotherOrder_comparesByName() {
        FeatureSet samples = rows(1, 0, 0, 1);
        assertThat(PseudoLabels.of(samples.withLabels(Labels.of(new int[] {1, 0}, List.of("y", "x"))), AXES)
                        .accuracy())
                .hasValue(1);
        assertThat(PseudoLabels.of(
                                samples.withLabels(Labels.of(new int[] {0, 1}, List.of("y", "x", "-x", "both"))), AXES)
                        .accuracy())
                .hasValue(0);
    }

    private static void assertWhy(FeatureSet samples, String reason) {
        PseudoLabels pseudo = PseudoLabels.of(samples, AXES);
        assertThat(pseudo.accuracy()).isEmpty();
        assertThat(pseudo.notes()).containsExactly("no accuracy of the pseudo-labels: " + reason);
    }

    @Test
    void of_manyRows_asEachAlone() {
        Random random = new Random(5);
        float[] values = new float[2 * 200_000];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        FeatureSet samples = rows(values);
        PseudoLabels pseudo = PseudoLabels.of(samples, AXES);
        assertThat(pseudo.histogram().stream().mapToInt(Integer::intValue).sum())
                .isEqualTo(200_000);
        for (int i : new int[] {0, 65_535, 65_536, 131_072, 199_999}) {
            int alone = PseudoLabels.of(samples.select(new int[] {i}), AXES)
                    .labels()
                    .get(0);
            assertThat(pseudo.labels().get(i)).isEqualTo(alone);
        }
    }

    @Test
    void of_noRowsOrNoNames_works() {
        assertThat(PseudoLabels.of(rows(), AXES).histogram()).containsExactly(0, 0, 0, 0);
        assertThat(PseudoLabels.of(rows().withLabels(Labels.of(new int[0])), AXES)
                        .accuracy())
                .isEmpty();
        PseudoLabels unnamed = PseudoLabels.of(rows(0, 1), classes(List.of(), 1, 0, 0, 1, 1, 1));
        assertThat(unnamed.labels().classNames()).containsExactly("0", "1", "2");
    }

    @Test
    void of_anotherSpaceOrNan_isRefused() {
        FeatureSet other = rows(1, 0)
                .withSpace(new FeatureSpace(
                        Optional.of("net-b"),
                        Optional.empty(),
                        2,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()));
        ClassEmbeddings ofNetA = new ClassEmbeddings(
                FeatureMatrix.copyOf(new float[] {1, 0}, 1, 2),
                List.of(),
                new FeatureSpace(
                        Optional.of("net-a"),
                        Optional.empty(),
                        2,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()));
        assertThatThrownBy(() -> PseudoLabels.of(other, ofNetA))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("samples 'set' live in net-b")
                .hasMessageContaining("net-b against net-a");
        assertThatThrownBy(() -> PseudoLabels.of(rows(1, Float.NaN), AXES)).hasMessageContaining("holds NaN");
        FeatureSet wide = FeatureSet.of(FeatureMatrix.copyOf(new float[3], 1, 3), "wide");
        assertThatThrownBy(() -> PseudoLabels.of(wide, AXES)).hasMessageContaining("dimension 3 against 2");
    }

    @Test
    void of_textsOfTheSameExtractor_goWithItsImages() {
        assertThat(PseudoLabels.of(rows(1, 0).withSpace(images("aa")), texts("aa"))
                        .histogram())
                .containsExactly(1, 0);
    }

    /** As of one version of an extractor, and images of the next under the same name. */
    @Test
    void of_textsBesideOtherWeights_areRefused() {
        assertThatThrownBy(() -> PseudoLabels.of(rows(1, 0).withSpace(images("bb")), texts("aa")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("weights sha256 bb against aa");
    }

    private static FeatureSpace images(String weights) {
        return new FeatureSpace(
                Optional.of("net"),
                Optional.of(Layer.EMBEDDINGS.id()),
                2,
                Optional.of("none"),
                Optional.of(weights),
                Optional.of("resize 224"));
    }

    private static ClassEmbeddings texts(String weights) {
        FeatureSpace space = new FeatureSpace(
                Optional.of("net"),
                Optional.of("text"),
                2,
                Optional.of("l2"),
                Optional.of(weights),
                Optional.of("tokens"));
        return new ClassEmbeddings(FeatureMatrix.copyOf(new float[] {1, 0, 0, 1}, 2, 2), List.of(), space);
    }

    @Test
    void train_onPseudoLabels_agreesWithThem() {
        FeatureSet blobs = ProbeSets.blobs(120, 6, 3);
        float[] means = new float[18];
        IntStream.range(0, 18).forEach(i -> means[i] = i % 6 % 3 == i / 6 ? 1 : 0);
        ClassEmbeddings classes =
                new ClassEmbeddings(FeatureMatrix.copyOf(means, 3, 6), ProbeSets.NAMES, FeatureSpace.unknown(6));
        PseudoLabels pseudo = PseudoLabels.of(blobs, classes);
        assertThat(pseudo.accuracy().orElseThrow()).isGreaterThan(0.9);
        var probe = new LinearProbe(LinearProbe.Solver.LBFGS, 1, 1, 1, 1, 1e-3, OptionalInt.empty())
                .train(blobs.withLabels(pseudo.labels()));
        assertThat(probe.training().accuracy()).isGreaterThan(0.98);
    }
}
