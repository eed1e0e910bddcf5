// SPDX-License-Identifier: Apache-2.0
package io.github.stray.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.stray.metric.Auroc;
import io.github.stray.metric.RankedScores;
import io.github.stray.score.IdOodScores;
import io.github.stray.score.Scores;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SaturationTest {
    private static double[] normal(SplittableRandom random, int count, double mean) {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            // Rounded, so that there are ties.
            values[i] = Math.round(10 * (mean + random.nextGaussian())) / 10.0;
        }
        return values;
    }

    private static SequencedMap<String, IdOodScores> two(double[] id, double[] ood, double[] id2, double[] ood2) {
        var scores = new LinkedHashMap<String, IdOodScores>();
        scores.put("a", new IdOodScores(Scores.of(id), Scores.of(ood)));
        scores.put("b", new IdOodScores(Scores.of(id2), Scores.of(ood2)));
        return scores;
    }

    /** DeLong's covariance by its definition over all pairs. */
    private static double variance(double[] id, double[] ood, double[] id2, double[] ood2) {
        int n = id.length;
        int m = ood.length;
        double[] v = new double[n];
        double[] w = new double[m];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < m; j++) {
                double difference = win(id[i], ood[j]) - win(id2[i], ood2[j]);
                v[i] += difference / m;
                w[j] += difference / n;
            }
        }
        return spread(v) / n + spread(w) / m;
    }

    private static double win(double id, double ood) {
        return id > ood ? 1 : id == ood ? 0.5 : 0;
    }

    private static double spread(double[] values) {
        double mean = 0;
        for (double value : values) {
            mean += value / values.length;
        }
        double squares = 0;
        for (double value : values) {
            squares += (value - mean) * (value - mean);
        }
        return squares / (values.length - 1);
    }

    @Test
    void of_twoDetectors_resolvesByDeLongsDifference() {
        for (int seed = 1; seed <= 20; seed++) {
            var random = new SplittableRandom(seed);
            double[] id = normal(random, 40, 1.5);
            double[] ood = normal(random, 30, 0);
            double[] id2 = id.clone();
            double[] ood2 = ood.clone();
            for (int i = 0; i < id2.length; i++) {
                id2[i] += 0.7 * random.nextGaussian();
            }
            for (int i = 0; i < ood2.length; i++) {
                ood2[i] += 0.7 * random.nextGaussian();
            }
            Saturation pair = Saturation.of(two(id, ood, id2, ood2));
            assertThat(pair.resolvable())
                    .as("seed %d", seed)
                    .isCloseTo(1.959963984540054 * Math.sqrt(variance(id, ood, id2, ood2)), within(1e-9));
            double best = Math.max(
                    Auroc.of(new IdOodScores(Scores.of(id), Scores.of(ood))),
                    Auroc.of(new IdOodScores(Scores.of(id2), Scores.of(ood2))));
            assertThat(pair.auroc()).isEqualTo(best);
            assertThat(pair.lost()).isCloseTo((1 - best) * 30, within(1e-9));
            assertThat(pair.aurocs().keySet()).containsExactly("a", "b");
            assertThat(pair.aurocs()).containsEntry(pair.detector(), best);
            assertThat(pair.saturated()).as("seed %d", seed).isFalse();
        }
    }

    @Test
    void of_perfectDetector_isSaturated() {
        double[] id = {3, 4, 5, 6};
        double[] ood = {0, 1, 2};
        Saturation pair = Saturation.of(two(id, ood, id, ood));
        assertThat(pair.auroc()).isEqualTo(1);
        assertThat(pair.saturated()).isTrue();
        assertThat(pair.lost()).isZero();
        assertThat(pair.above()).isZero();
        var ranked = RankedScores.of(new IdOodScores(Scores.of(id), Scores.of(ood)));
        assertThat(pair.resolvable()).isEqualTo(1 - Auroc.interval(ranked).lower());
    }

    @Test
    void of_oneMistakeAmongMany_isSaturated() {
        double[] id = new double[200];
        double[] ood = new double[50];
        for (int i = 0; i < id.length; i++) {
            id[i] = 10 + i;
        }
        for (int i = 0; i < ood.length; i++) {
            ood[i] = i == 0 ? 14.5 : -i;
        }
        var scores = new LinkedHashMap<String, IdOodScores>();
        scores.put("a", new IdOodScores(Scores.of(id), Scores.of(ood)));
        Saturation pair = Saturation.of(scores);
        assertThat(pair.saturated()).isTrue();
        assertThat(pair.auroc()).isLessThan(1);
        assertThat(pair.aurocs().keySet()).containsExactly("a");
        assertThat(pair.above()).isZero();
        double error = Math.sqrt(variance(id, ood, id, new double[ood.length]));
        assertThat(pair.resolvable()).isCloseTo(1.959963984540054 * Math.sqrt(2) * error, within(1e-12));
    }

    @Test
    void of_oodAboveTheThreshold_areCounted() {
        double[] id = new double[100];
        for (int i = 0; i < id.length; i++) {
            id[i] = i;
        }
        double[] ood = {-3, 4.9, 5, 5.1, 50};
        Saturation pair = Saturation.of(two(id, ood, id, ood));
        assertThat(pair.above()).isEqualTo(3);
    }

    @Test
    void of_oneImage_resolvesNothing() {
        Saturation pair =
                Saturation.of(two(new double[] {1}, new double[] {0, 2}, new double[] {1}, new double[] {0, 2}));
        assertThat(pair.resolvable()).isEqualTo(1);
        assertThat(pair.saturated()).isTrue();
    }

    @Test
    void of_sameScoreForAll_resolvesNothing() {
        Saturation pair = Saturation.of(two(new double[4], new double[3], new double[4], new double[3]));
        assertThat(pair.auroc()).isEqualTo(0.5);
        assertThat(pair.saturated()).isFalse();
        assertThat(pair.resolvable()).isEqualTo(1);
        assertThat(pair.above()).isEqualTo(3);
    }

    @Test
    void of_otherNumbersOfImages_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        Saturation.of(two(new double[] {1, 2}, new double[] {0}, new double[] {1}, new double[] {0})))
                .withMessageContaining("'a' scored 2 and 1 images, 'b' 1 and 1");
        assertThatIllegalArgumentException().isThrownBy(() -> Saturation.of(new LinkedHashMap<>()));
    }
}
