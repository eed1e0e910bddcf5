// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.language.ClassEmbeddings;
import io.github.stray.language.NegativeWords;
import io.github.stray.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class NegLabelTest {
    @Nested
    class FewGroups extends DetectorContract {
        @Override
        Detector detector() {
            return Detectors.parse("neglabel:groups=3,temperature=0.1");
        }
    }

    @Nested
    class AllWordsInOneGroup extends DetectorContract {
        @Override
        Detector detector() {
            return Detectors.parse("neglabel:keep=1,groups=1,temperature=1");
        }
    }

    private static final ClassEmbeddings AXIS = words(1, 0);

    private static ClassEmbeddings words(float... values) {
        return new ClassEmbeddings(
                FeatureMatrix.copyOf(values, values.length / 2, 2), List.of(), FeatureSpace.unknown(2));
    }

    /** Unit words whose cosine with {@link #AXIS} is given in percent. */
    private static ClassEmbeddings atCosines(int... percent) {
        float[] values = new float[2 * percent.length];
        for (int w = 0; w < percent.length; w++) {
            values[2 * w] = percent[w] / 100f;
            values[2 * w + 1] = (float) Math.sqrt(1 - percent[w] / 100.0 * percent[w] / 100.0);
        }
        return words(values);
    }

    private static FittedDetector fit(String detector, NegativeWords negatives) {
        return Detectors.parse(detector).fit(Training.NOTHING.with(AXIS).with(negatives));
    }

    /** The negatives that were chosen, in their order. */
    private static float[] negatives(FittedDetector fitted) {
        return Objects.requireNonNull(fitted.state().get("negatives")).toFloats();
    }

    /** First coordinates of {@link #negatives} in percent. */
    private static int[] chosen(FittedDetector fitted) {
        float[] values = negatives(fitted);
        return IntStream.range(0, values.length / 2)
                .map(w -> Math.round(values[2 * w] * 100))
                .toArray();
    }

    private static int[] sorted(int[] values) {
        int[] copy = values.clone();
        Arrays.sort(copy);
        return copy;
    }

    @Test
    void score_byHand() {
        FeatureSet image = Sets.of(Sets.space("net-a", 2), 0, 3);
        // Cosines 0 with the axis, and 0.8 and 0.6 with the words.
        NegativeWords negatives = new NegativeWords(words(3, 4, 4, 3));
        assertThat(fit("neglabel:keep=1,groups=1,temperature=1", negatives)
                        .score(image)
                        .get(0))
                .isCloseTo(1 / (1 + Math.exp(0.8) + Math.exp(0.6)), within(1e-7));
        assertThat(fit("neglabel:keep=1,groups=2,temperature=0.5", negatives)
                        .score(image)
                        .get(0))
                .isCloseTo((1 / (1 + Math.exp(1.6)) + 1 / (1 + Math.exp(1.2))) / 2, within(1e-7));
    }

    @Test
    void fit_theLeastSimilarAreKept() {
        NegativeWords negatives = new NegativeWords(atCosines(90, 10, 50, 30, -20, 70, 0, 60));
        assertThat(sorted(chosen(fit("neglabel:keep=0.5,groups=1", negatives)))).containsExactly(-20, 0, 10, 30);
    }

    @Test
    void fit_partsOfSpeech_areRankedApart() {
        ClassEmbeddings words = atCosines(90, 10, 50, 30, -20, 70, 0, 60);
        assertThat(sorted(chosen(fit(
                        "neglabel:keep=0.5,groups=1", new NegativeWords(words, new int[] {1, 0, 1, 0, 0, 1, 0, 1})))))
                .containsExactly(-20, 0, 50, 60);
        assertThat(sorted(chosen(fit(
                        "neglabel:keep=0.5,groups=1", new NegativeWords(words, new int[] {7, 7, 7, 0, 0, 0, 0, 0})))))
                .containsExactly(-20, 0, 10);
    }

    @Test
    void fit_numberKept_isTheFloorButForRounding() {
        for (int[] expected : new int[][] {{6, 0}, {7, 1}, {13, 1}, {14, 2}, {20, 3}, {100, 15}}) {
            ClassEmbeddings words = atCosines(IntStream.range(0, expected[0]).toArray());
            if (expected[1] == 0) {
                assertThatThrownBy(() -> fit("neglabel:groups=1", new NegativeWords(words)))
                        .hasMessageContaining("leaves 0 of 6 words");
            } else {
                assertThat(chosen(fit("neglabel:groups=1", new NegativeWords(words))))
                        .hasSize(expected[1]);
            }
        }
        // 0.29 * 100 is 28.999999999999996 in double.
        ClassEmbeddings hundred = atCosines(IntStream.range(0, 100).toArray());
        assertThat(chosen(fit("neglabel:keep=0.29,groups=1", new NegativeWords(hundred))))
                .hasSize(29);
    }

    @Test
    void fit_equallySimilar_lowerIndexIsKept() {
        NegativeWords negatives = new NegativeWords(words(1, 1, 2, 2, 1, 1, 1, 0, 4, 4, 0.5f, 0.5f));
        float[] lengths = negatives(fit("neglabel:keep=0.5,groups=1", negatives));
        assertThat(IntStream.range(0, 3)
                        .mapToDouble(w -> lengths[2 * w])
                        .sorted()
                        .toArray())
                .containsExactly(1, 1, 2);
    }

    @Test
    void fit_quantile_ranksByThatOfTheSimilarities() {
        ClassEmbeddings classes = words(1, 0, 0, 1, -1, 0);
        // Cosines 0.8, 0.6, -0.8 and 0, 1, 0: the first word is nearest to its median, the second to its largest.
        NegativeWords negatives = new NegativeWords(words(4, 3, 0, 1));
        Training given = Training.NOTHING.with(classes).with(negatives);
        for (String[] expected : new String[][] {{"1", "4.0"}, {"0.95", "4.0"}, {"0.75", "0.0"}, {"0.5", "0.0"}}) {
            FittedDetector fitted = Detectors.parse("neglabel:keep=0.5,groups=1,quantile=" + expected[0])
                    .fit(given);
            assertThat(negatives(fitted)[0]).as("quantile %s", expected[0]).isEqualTo(Float.parseFloat(expected[1]));
        }
    }

    @Test
    void fit_remainder_isDroppedFromTheEndOfThePermutation() {
        NegativeWords negatives =
                new NegativeWords(atCosines(IntStream.range(0, 11).toArray()));
        int[] all = chosen(fit("neglabel:keep=1,groups=1", negatives));
        FittedDetector fitted = fit("neglabel:keep=1,groups=4", negatives);
        assertThat(chosen(fitted)).containsExactly(Arrays.copyOf(all, 8));
        assertThat(fitted.notes()).containsExactly("8 of 11 words are used as negatives, in 4 groups of 2");
        assertThat(all).isNotEqualTo(sorted(all));
        assertThat(chosen(fit("neglabel:keep=1,groups=1,seed=7", negatives))).isNotEqualTo(all);
    }

    @Test
    void fit_fewerNegativesThanGroups_isRefused() {
        assertThatThrownBy(() -> fit(
                        "neglabel",
                        new NegativeWords(atCosines(IntStream.range(0, 60).toArray()))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("neglabel: groups = 100 needs at least as many negatives, keep = 0.15 leaves 9 of 60 words;"
                        + " give more words, or take fewer groups");
    }

    @Test
    void fit_wordsOfAnotherTower_areRefused() {
        ClassEmbeddings three = new ClassEmbeddings(
                FeatureMatrix.copyOf(new float[] {1, 2, 3}, 1, 3), List.of(), FeatureSpace.unknown(3));
        assertThatThrownBy(() -> fit("neglabel", new NegativeWords(three)))
                .hasMessage("neglabel: the negative words have dimension 3, the class embeddings 2; both must come from"
                        + " one text tower");
        ClassEmbeddings elsewhere = new ClassEmbeddings(
                FeatureMatrix.copyOf(new float[] {1, 2, 3, 4, 5}, 1, 5), List.of(), Sets.space("net-b", 5));
        assertThatThrownBy(() ->
                        new NegLabel().fit(Training.NOTHING.with(Sets.classes()).with(new NegativeWords(elsewhere))))
                .hasMessageContaining("the negative words live in")
                .hasMessageContaining("net-b");
    }

    @Test
    void score_smallTemperature_doesNotOverflow() {
        NegativeWords negatives = new NegativeWords(words(0, 1, 0, -1));
        FeatureSet images = Sets.of(Sets.space("net-a", 2), 1, 0, 0, 1, -1, 0);
        // Against the second image one group has all the mass and the other none.
        assertThat(fit("neglabel:keep=1,groups=2,temperature=1e-300", negatives)
                        .score(images)
                        .toArray())
                .containsExactly(1, 0.5, 0);
    }

    @Test
    void score_zeroImage_isAnEvenShare() {
        NegativeWords negatives = new NegativeWords(atCosines(1, 2, 3, 4, 5, 6));
        assertThat(fit("neglabel:keep=1,groups=2", negatives)
                        .score(Sets.of(Sets.space("net-a", 2), 0, 0))
                        .get(0))
                .isEqualTo(0.25);
    }

    @Test
    void restore_rowsThatDoNotMakeTheGroups_areRefused() {
        FittedDetector fitted = fit("neglabel:keep=1,groups=3", new NegativeWords(atCosines(1, 2, 3, 4, 5, 6)));
        var state = new HashMap<>(fitted.state());
        for (int rows : new int[] {0, 4}) {
            state.put("negatives", Tensor.ofFloats(new float[2 * rows], rows, 2));
            assertThatThrownBy(() -> fitted.detector().restore(fitted.space(), state))
                    .hasMessageContaining("expected rows for 3 equal groups");
        }
    }

    @Test
    void options_outOfRange_areRefused() {
        assertThatThrownBy(() -> Detectors.parse("neglabel:temperature=-1"))
                .hasMessage("option temperature of neglabel must be above 0 and finite, was -1.0");
        for (String bad : new String[] {"0.0", "1.5", "NaN"}) {
            assertThatThrownBy(() -> Detectors.parse("neglabel:keep=" + bad))
                    .hasMessage("option keep of neglabel must be above 0 and at most 1, was " + bad);
        }
        for (String bad : new String[] {"-0.1", "1.5", "NaN"}) {
            assertThatThrownBy(() -> Detectors.parse("neglabel:quantile=" + bad))
                    .hasMessage("option quantile of neglabel must lie in 0 .. 1, was " + bad);
        }
        assertThatThrownBy(() -> Detectors.parse("neglabel:groups=0"))
                .hasMessage("option groups of neglabel must be at least 1, was 0");
    }
}
