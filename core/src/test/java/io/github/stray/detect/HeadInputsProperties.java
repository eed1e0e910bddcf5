// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.feature.Labels;
import io.github.stray.probe.LinearHead;
import io.github.stray.probe.LinearHead.Standardisation;
import io.github.stray.probe.SeenSamples;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** What holds for every method on features and a linear head. */
class HeadInputsProperties {
    private static final int D = 6;
    private static final int C = 4;
    private static final String[] DETECTORS = {
        "vim",
        "residual",
        "react",
        "ash:percentile=50",
        "ash:percentile=50,shape=p",
        "she",
        "nnguide:k=3",
        "nnguide:k=3,fraction=0.5",
        "fdbd",
        "fdbd:normalize=feature",
        "gradnorm"
    };

    /** Powers of two as scale and few binary digits in everything: all of it is exact. */
    @Property(tries = 60)
    void score_headWithMeanAndScale_isThatOfTheStandardisedRows(@ForAll long seed) {
        Random random = new Random(seed);
        float[] mean = new float[D];
        float[] scale = new float[D];
        for (int t = 0; t < D; t++) {
            mean[t] = random.nextInt(-40, 41) / 8f;
            scale[t] = Math.scalb(1f, random.nextInt(-3, 4));
        }
        float[] weight = numbers(random, C * D);
        float[] bias = numbers(random, C);
        FeatureSet standard = set(numbers(random, 40 * D));
        FeatureSet samples = set(numbers(random, 12 * D));
        LinearHead plain = head(weight, bias, Optional.empty());
        LinearHead carrying = head(weight, bias, Optional.of(new Standardisation(mean, scale)));
        for (String detector : DETECTORS) {
            assertThat(scores(detector, carrying, raw(standard, mean, scale), raw(samples, mean, scale)))
                    .as(detector)
                    .containsExactly(scores(detector, plain, standard, samples));
        }
    }

    @Property(tries = 60)
    void score_classesInOtherOrder_unchanged(@ForAll long seed) {
        Random random = new Random(seed);
        float[] weight = numbers(random, C * D);
        float[] bias = numbers(random, C);
        FeatureSet training = set(numbers(random, 40 * D));
        FeatureSet samples = set(numbers(random, 12 * D));
        float[] turnedWeight = new float[C * D];
        float[] turnedBias = new float[C];
        for (int c = 0; c < C; c++) {
            System.arraycopy(weight, c * D, turnedWeight, (c + 1) % C * D, D);
            turnedBias[(c + 1) % C] = bias[c];
        }
        FeatureSet turned = training.withLabels(
                Labels.of(IntStream.range(0, 40).map(i -> (i % C + 1) % C).toArray()));
        for (String detector : DETECTORS) {
            double[] expected = scores(detector, head(weight, bias, Optional.empty()), training, samples);
            double[] actual = scores(detector, head(turnedWeight, turnedBias, Optional.empty()), turned, samples);
            for (int i = 0; i < expected.length; i++) {
                assertThat(actual[i])
                        .as(detector)
                        .isCloseTo(expected[i], within(1e-9 * Math.max(1, Math.abs(expected[i]))));
            }
        }
    }

    private static float[] numbers(Random random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = random.nextInt(-4096, 4097) / 1024f;
        }
        return values;
    }

    private static FeatureSet set(float[] values) {
        int n = values.length / D;
        return FeatureSet.of(FeatureMatrix.copyOf(values, n, D), "set")
                .withLabels(Labels.of(IntStream.range(0, n).map(i -> i % C).toArray()));
    }

    private static FeatureSet raw(FeatureSet standard, float[] mean, float[] scale) {
        float[] values = new float[standard.size() * D];
        standard.features().copyRows(0, standard.size(), values, 0);
        for (int i = 0; i < values.length; i++) {
            values[i] = values[i] * scale[i % D] + mean[i % D];
        }
        return set(values);
    }

    private static LinearHead head(float[] weight, float[] bias, Optional<Standardisation> standardisation) {
        return new LinearHead(
                FeatureMatrix.copyOf(weight, C, D),
                bias,
                standardisation,
                List.of(),
                FeatureSpace.unknown(D),
                SeenSamples.UNKNOWN);
    }

    private static double[] scores(String detector, LinearHead head, FeatureSet training, FeatureSet samples) {
        return Detectors.parse(detector)
                .fit(Training.of(training).with(head))
                .score(samples)
                .toArray();
    }
}
