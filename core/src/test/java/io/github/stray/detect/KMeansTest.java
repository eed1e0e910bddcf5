// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.stray.feature.FeatureSet;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class KMeansTest {
    @Nested
    class OnMahalanobis extends DetectorContract {
        @Override
        Detector detector() {
            return new KMeans();
        }
    }

    @Nested
    class OnCosine extends DetectorContract {
        @Override
        Detector detector() {
            return Detectors.parse("kmeans:clusters=3,score=cosine");
        }
    }

    private final FeatureSet pairs = Sets.of(Sets.space("net-a", 1), 0, 2, 10, 12, 8);

    private static double[] scores(String detector, FeatureSet training, float... x) {
        return Detectors.parse(detector)
                .fit(training)
                .score(Sets.of(training.space(), x))
                .toArray();
    }

    @Test
    void score_byHand() {
        // Clusters {0, 2} and {8, 10, 12}: S = (2 + 8) / 5.
        assertThat(scores("kmeans:clusters=2", pairs, 13, 3)).containsExactly(new double[] {-4.5, -2}, within(1e-12));
        FeatureSet rays = Sets.of(Sets.space("net-a", 2), 9, 1, 9, -1, 1, 9, -1, 9);
        assertThat(scores("kmeans:clusters=2,score=cosine", rays, 5, 5, 7, 0, -1, 0, 0, 0))
                .containsExactly(new double[] {Math.sqrt(0.5), 1, 0, 0}, within(1e-12));
    }

    @Test
    void score_oneCluster_isGaussian() {
        FeatureSet training = Sets.blobs(60, 1);
        double[] clusters = Detectors.parse("kmeans:clusters=1")
                .fit(training)
                .score(Sets.strangers(9, 2))
                .toArray();
        double[] gaussian =
                new Gaussian().fit(training).score(Sets.strangers(9, 2)).toArray();
        for (int i = 0; i < 9; i++) {
            assertThat(clusters[i]).isCloseTo(gaussian[i], within(1e-9 * -gaussian[i]));
        }
    }

    @Test
    void fit_rowsInOtherOrder_sameBits() {
        // Ties everywhere: a grid, with rows twice.
        float[] grid = new float[2 * 72];
        for (int i = 0; i < 72; i++) {
            grid[2 * i] = i % 6;
            grid[2 * i + 1] = i / 6 % 6;
        }
        FeatureSet training = Sets.of(Sets.space("net-a", 2), grid);
        Random random = new Random(5);
        for (String detector : List.of("kmeans:clusters=7", "kmeans:clusters=7,score=cosine,restarts=1,seed=3")) {
            FittedDetector fitted = Detectors.parse(detector).fit(training);
            for (int trial = 0; trial < 5; trial++) {
                int[] order = IntStream.range(0, 72)
                        .boxed()
                        .sorted(Comparator.comparingInt(i -> random.nextInt()))
                        .mapToInt(Integer::intValue)
                        .toArray();
                assertThat(Detectors.parse(detector).fit(training.select(order)).score(training))
                        .isEqualTo(fitted.score(training));
            }
        }
    }

    @Test
    void fit_otherSeed_otherStart() {
        FeatureSet training = Sets.strangers(80, 1);
        assertThat(Detectors.parse("kmeans:restarts=1,seed=1").fit(training).score(training))
                .isNotEqualTo(Detectors.parse("kmeans:restarts=1,seed=2")
                        .fit(training)
                        .score(training));
    }

    @Test
    void fit_tooFewDistinctRows_isRefused() {
        FeatureSet twice = Sets.of(Sets.space("net-a", 1), 1, 2, 1, 2, 3, 3);
        for (String score : List.of("mahalanobis", "cosine")) {
            assertThatThrownBy(() ->
                            Detectors.parse("kmeans:clusters=4,score=" + score).fit(twice))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "kmeans: clusters = 4 needs at least 4 distinct training rows, 'set' has 3; take fewer clusters");
            assertThatThrownBy(() -> Detectors.parse("kmeans:score=" + score).fit(twice))
                    .hasMessageContaining("clusters = 10 needs at least 10 distinct training rows, 'set' has 6");
        }
    }

    @Test
    void fit_aClusterADistinctRow_hasCosinesButNoCovariance() {
        FeatureSet three = Sets.of(Sets.space("net-a", 2), 1, 0, 0, 1, 1, 0, 0, 1, 0, 1, -1, -1);
        assertThat(scores("kmeans:clusters=3,score=cosine", three, 2, 0, -3, -3, 3, 3))
                .containsExactly(new double[] {1, 1, Math.sqrt(0.5)}, within(1e-12));
        assertThatThrownBy(() -> Detectors.parse("kmeans:clusters=3").fit(three))
                .hasMessage(
                        "kmeans: the rows of each of the 3 clusters of 'set' are all equal, so there is no covariance"
                                + " to measure with; take fewer clusters, or score=cosine");
    }

    @Test
    void fit_singularCovariance_isNoted() {
        FeatureSet flat = Sets.of(Sets.space("net-a", 2), 0, 3, 2, 3, 20, 3, 22, 3);
        FittedDetector fitted = Detectors.parse("kmeans:clusters=2").fit(flat);
        assertThat(fitted.notes()).hasSize(1).first().asString().contains("1 of 2 directions were dropped");
        assertThat(fitted.score(Sets.of(flat.space(), 24, 9)).get(0)).isCloseTo(-9, within(1e-12));
        assertThat(Detectors.parse("kmeans:clusters=2,score=cosine").fit(flat).notes())
                .isEmpty();
    }

    @Test
    void score_centroidAtTheOrigin_hasCosineZero() {
        FeatureSet around = Sets.of(Sets.space("net-a", 2), 1, 2, -1, -2);
        assertThat(scores("kmeans:clusters=1,score=cosine", around, 5, 5)).containsExactly(0);
    }

    @Test
    void options_belowOne_areRefused() {
        assertThatThrownBy(() -> Detectors.parse("kmeans:clusters=0"))
                .hasMessage("options clusters and restarts of kmeans must be at least 1, were 0 and 5");
        assertThatThrownBy(() -> Detectors.parse("kmeans:restarts=-1")).hasMessageContaining("were 10 and -1");
    }
}
