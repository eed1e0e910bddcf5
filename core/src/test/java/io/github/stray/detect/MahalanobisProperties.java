// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.Labels;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class MahalanobisProperties {
    private static final int D = 3;

    /**
     * Integer features under an integer map with a shift stay exact in float32. The map is upper triangular with a diagonal
     * that is never zero, after one row operation: invertible, and not diagonal.
     */
    @Property(tries = 200)
    void score_invertibleAffineMapOfAllFeatures_unchanged(
            @ForAll long seed,
            @ForAll @Size(9) List<@IntRange(min = 1, max = 5) Integer> entries,
            @ForAll @IntRange(min = -100, max = 100) int shift) {
        Random random = new Random(seed);
        FeatureSet training = integers(random, 40, true);
        FeatureSet samples = integers(random, 10, false);
        for (String detector : new String[] {
            "mahalanobis",
            "mahalanobis:variant=plp",
            "mahalanobis:variant=mcm",
            "gaussian",
            "relative-mahalanobis",
            "relative-mahalanobis:variant=plp"
        }) {
            double[] plain = scores(detector, training, samples);
            double[] mapped = scores(detector, map(training, entries, shift), map(samples, entries, shift));
            for (int i = 0; i < plain.length; i++) {
                assertThat(mapped[i]).isCloseTo(plain[i], within(1e-9 * Math.max(1, Math.abs(plain[i]))));
            }
        }
    }

    @Property(tries = 100)
    void score_classesRenamed_unchanged(@ForAll long seed) {
        Random random = new Random(seed);
        FeatureSet training = integers(random, 40, true);
        FeatureSet samples = integers(random, 10, false);
        int[] renamed = {7, 2, 5};
        int[] labels = new int[40];
        for (int i = 0; i < 40; i++) {
            labels[i] = renamed[i % 3];
        }
        for (String detector : new String[] {
            "mahalanobis", "mahalanobis++:variant=plp", "relative-mahalanobis", "relative-mahalanobis++:variant=plp"
        }) {
            double[] plain = scores(detector, training, samples);
            double[] other = scores(detector, training.withLabels(Labels.of(labels)), samples);
            for (int i = 0; i < plain.length; i++) {
                assertThat(other[i]).isCloseTo(plain[i], within(1e-9 * Math.max(1, Math.abs(plain[i]))));
            }
        }
    }

    /** A divisor n does not see how often everything occurs; n - 1 does. */
    @Property(tries = 50)
    void score_everyRowTwice_unchangedWhereTheDivisorIsN(@ForAll long seed) {
        Random random = new Random(seed);
        FeatureSet training = integers(random, 40, true);
        FeatureSet samples = integers(random, 10, false);
        FeatureSet twice =
                training.select(IntStream.range(0, 80).map(i -> i / 2).toArray());
        for (String detector : new String[] {"mahalanobis", "gaussian", "relative-mahalanobis"}) {
            double[] plain = scores(detector, training, samples);
            double[] other = scores(detector, twice, samples);
            for (int i = 0; i < plain.length; i++) {
                assertThat(other[i]).isCloseTo(plain[i], within(1e-9 * Math.max(1, Math.abs(plain[i]))));
            }
        }
        assertThat(scores("relative-mahalanobis:variant=plp", twice, samples))
                .isNotEqualTo(scores("relative-mahalanobis:variant=plp", training, samples));
    }

    @Property(tries = 100)
    void score_dimensionRepeated_unchanged(@ForAll long seed) {
        Random random = new Random(seed);
        FeatureSet training = integers(random, 40, true);
        FeatureSet samples = integers(random, 10, false);
        double[] plain = scores("mahalanobis", training, samples);
        FittedDetector fitted = new Mahalanobis().fit(repeatLast(training));
        double[] repeated = fitted.score(repeatLast(samples)).toArray();
        assertThat(fitted.notes()).hasSize(1).first().asString().contains("1 of 4 directions");
        for (int i = 0; i < plain.length; i++) {
            assertThat(repeated[i]).isCloseTo(plain[i], within(1e-9 * Math.max(1, Math.abs(plain[i]))));
        }
    }

    private static FeatureSet integers(Random random, int n, boolean labelled) {
        float[] values = new float[n * D];
        int[] labels = new int[n];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextInt(-30, 31);
        }
        for (int i = 0; i < n; i++) {
            labels[i] = i % 3;
        }
        FeatureSet set = Sets.of(Sets.space("net-a", D), values);
        return labelled ? set.withLabels(Labels.of(labels)) : set;
    }

    private static FeatureSet map(FeatureSet set, List<Integer> entries, int shift) {
        float[] values = new float[set.size() * D];
        for (int i = 0; i < set.size(); i++) {
            float[] x = set.features().row(i);
            float upper = entries.get(0) * x[0] + entries.get(1) * x[1] + entries.get(2) * x[2];
            float middle = entries.get(3) * x[1] + entries.get(4) * x[2];
            values[i * D] = upper + shift;
            values[i * D + 1] = middle - entries.get(5) * upper - shift;
            values[i * D + 2] = entries.get(6) * x[2] + entries.get(7);
        }
        return relabelled(Sets.of(Sets.space("net-a", D), values), set.labels());
    }

    private static FeatureSet repeatLast(FeatureSet set) {
        float[] values = new float[set.size() * (D + 1)];
        for (int i = 0; i < set.size(); i++) {
            float[] x = set.features().row(i);
            System.arraycopy(x, 0, values, i * (D + 1), D);
            values[i * (D + 1) + D] = x[D - 1];
        }
        return relabelled(Sets.of(Sets.space("net-a", D + 1), values), set.labels());
    }

    private static FeatureSet relabelled(FeatureSet set, Optional<Labels> labels) {
        return labels.map(set::withLabels).orElse(set);
    }

    private static double[] scores(String detector, FeatureSet training, FeatureSet samples) {
        return Detectors.parse(detector).fit(training).score(samples).toArray();
    }
}
