// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.feature.Labels;
import io.github.stray.language.ClassEmbeddings;
import io.github.stray.language.NegativeWords;
import io.github.stray.probe.LinearHead;
import io.github.stray.probe.SeenSamples;
import io.github.stray.score.Scores;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** More rows and classes than are worked on at a time. */
class BlocksTest {
    private static float[] gaussian(long seed, int n) {
        var random = new Random(seed);
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static FeatureSet rows(long seed, int n, int d) {
        return Sets.of(Sets.space("net-a", d), gaussian(seed, n * d))
                .withLabels(Labels.of(IntStream.range(0, n).map(i -> i % 3).toArray()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gaussian", "mahalanobis", "mahalanobis:normalize=true", "residual"})
    void fit_trainingRowsInOtherOrder_sameScores(String detector) {
        FeatureSet training = rows(1, 1000, 160);
        FeatureSet samples = rows(2, 20, 160);
        FeatureSet reversed =
                training.select(IntStream.range(0, 1000).map(i -> 999 - i).toArray());
        double[] expected =
                Detectors.parse(detector).fit(training).score(samples).toArray();
        double[] actual = Detectors.parse(detector).fit(reversed).score(samples).toArray();
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).isCloseTo(expected[i], within(1e-9 * Math.abs(expected[i])));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mcm", "maxcos", "zero-shot-energy", "neglabel:groups=4"})
    void score_manyClasses_sameAsOneByOne(String detector) {
        FeatureSpace text = Sets.SPACE.besideText();
        var classes = new ClassEmbeddings(FeatureMatrix.copyOf(gaussian(3, 4096 * 5), 4096, 5), List.of(), text);
        FittedDetector fitted =
                Detectors.parse(detector).fit(Training.NOTHING.with(classes).with(Sets.negatives()));
        FeatureSet samples = Sets.blobs(600, 4);
        Scores together = fitted.score(samples);
        for (int i = 0; i < samples.size(); i += 71) {
            assertThat(fitted.score(Sets.row(samples, i)).get(0)).isEqualTo(together.get(i));
        }
    }

    @Test
    void klm_logitsInOtherOrder_sameScores() {
        int classes = 1024;
        FeatureSet training = Sets.of(Sets.space("net-a", classes), gaussian(5, 1100 * classes));
        FeatureSet samples = Sets.of(Sets.space("net-a", classes), gaussian(6, 5 * classes));
        FeatureSet reversed =
                training.select(IntStream.range(0, 1100).map(i -> 1099 - i).toArray());
        double[] expected = new Klm().fit(training).score(samples).toArray();
        double[] actual = new Klm().fit(reversed).score(samples).toArray();
        assertThat(actual).containsExactly(expected, within(1e-9));
    }

    @Test
    void score_moreLogitsOfAHeadThanABlock_sameAsOneByOne() {
        int classes = 1024;
        int d = Sets.SPACE.dimension();
        var head = new LinearHead(
                FeatureMatrix.copyOf(gaussian(7, classes * d), classes, d),
                new float[classes],
                Optional.empty(),
                List.of(),
                Sets.SPACE,
                SeenSamples.UNKNOWN);
        FittedDetector fitted = new Energy(1).fit(Training.NOTHING.with(head));
        FeatureSet samples = Sets.blobs(4200, 8);
        Scores together = fitted.score(samples);
        for (int i : new int[] {0, 4095, 4096, 4199}) {
            assertThat(fitted.score(Sets.row(samples, i)).get(0)).isEqualTo(together.get(i));
        }
    }

    @Test
    void neglabel_wordsInOtherOrder_sameScores() {
        int words = 600;
        float[] values = gaussian(9, words * 5);
        float[] turned = new float[values.length];
        for (int w = 0; w < words; w++) {
            System.arraycopy(values, 5 * w, turned, 5 * (words - 1 - w), 5);
        }
        FeatureSpace text = Sets.SPACE.besideText();
        var classes = new ClassEmbeddings(FeatureMatrix.copyOf(gaussian(3, 4096 * 5), 4096, 5), List.of(), text);
        double[][] scores = new double[2][];
        for (int i = 0; i < 2; i++) {
            var rows = new ClassEmbeddings(FeatureMatrix.copyOf(i == 0 ? values : turned, words, 5), List.of(), text);
            Training training = Training.NOTHING.with(classes).with(new NegativeWords(rows, new int[words]));
            scores[i] = Detectors.parse("neglabel:groups=1")
                    .fit(training)
                    .score(Sets.blobs(20, 4))
                    .toArray();
        }
        assertThat(scores[1]).containsExactly(scores[0], within(1e-9));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gaussian", "mahalanobis"})
    void fit_lastDimensionAloneVaries_isEnough(String detector) {
        float[] values = new float[30 * 5];
        for (int i = 0; i < 30; i++) {
            values[5 * i] = 1;
            values[5 * i + 4] = (float) Math.sin(i);
        }
        FeatureSet training = Sets.of(Sets.SPACE, values)
                .withLabels(Labels.of(IntStream.range(0, 30).map(i -> i % 2).toArray()));
        Scores scores =
                Detectors.parse(detector).fit(training).score(Sets.of(Sets.SPACE, 1, 0, 0, 0, 0, 1, 0, 0, 0, 9));
        assertThat(scores.get(0)).isGreaterThan(scores.get(1));
    }
}
