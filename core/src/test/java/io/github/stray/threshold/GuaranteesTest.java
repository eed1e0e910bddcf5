// SPDX-License-Identifier: Apache-2.0
package io.github.stray.threshold;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.stray.score.Scores;
import java.util.Arrays;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is promised, counted over 2,000 draws of the calibration set. Each bound lies four standard errors off. */
class GuaranteesTest {
    private static final int SPLITS = 2000;
    private static final double TPR = 0.95;

    /** Uniform scores: the share of all ID samples that a threshold keeps is 1 less the threshold. */
    private static Scores uniform(Random random, int n) {
        return Scores.of(random.doubles(n).toArray());
    }

    /** Share of the splits whose threshold keeps less than 95 %. */
    private static double broken(int n, ToDoubleFunction<Scores> threshold) {
        var random = new Random(20261201);
        return IntStream.range(0, SPLITS)
                        .filter(split -> 1 - threshold.applyAsDouble(uniform(random, n)) < TPR)
                        .count()
                / (double) SPLITS;
    }

    private static double errors(double share) {
        return 4 * Math.sqrt(share * (1 - share) / SPLITS);
    }

    @Test
    void confidence_95Of95_isHeldIn95OfASplitsHundred() {
        for (int n : new int[] {59, 100, 500}) {
            Promise promise = Promise.withConfidence(TPR, 0.95);
            double expected = KeepRate.below(TPR, n, promise.rank(n));
            assertThat(expected).isLessThanOrEqualTo(0.05);
            double share = broken(n, scores -> Calibration.of(scores, promise).threshold());
            assertThat(share).as("n = %d", n).isBetween(expected - errors(expected), expected + errors(expected));
            assertThat(share).as("n = %d", n).isLessThanOrEqualTo(0.05 + errors(0.05));
        }
    }

    /** The test above sees the difference of one rank, and the promise on average. */
    @Test
    void confidence_oneRankMore_isSeenToBreak() {
        Promise promise = Promise.withConfidence(TPR, 0.95);
        for (int n : new int[] {59, 100}) {
            double share = broken(n, scores -> {
                double[] sorted = scores.toArray();
                Arrays.sort(sorted);
                return sorted[promise.rank(n)];
            });
            assertThat(share).as("n = %d", n).isGreaterThan(0.05 + errors(0.05));
        }
        assertThat(broken(100, scores -> Calibration.of(scores, TPR).threshold()))
                .isGreaterThan(0.35);
    }

    @Test
    void keepRate_range_holdsNineOfTen() {
        var random = new Random(1);
        int inside = 0;
        double sum = 0;
        KeepRate rate = Calibration.of(uniform(random, 100), TPR).keepRate();
        for (int split = 0; split < SPLITS; split++) {
            double kept = 1 - Calibration.of(uniform(random, 100), TPR).threshold();
            inside += kept >= rate.low() && kept <= rate.high() ? 1 : 0;
            sum += kept;
        }
        assertThat(inside / (double) SPLITS).isBetween(0.9 - errors(0.9), 0.9 + errors(0.9));
        assertThat(sum / SPLITS).isBetween(rate.mean() - 0.002, rate.mean() + 0.002);
    }

    /** Mean share of ID samples among those rejected: batches of 80 ID samples and 20 others, 200 calibration scores. */
    private static double falseShare(double q, boolean stepUp) {
        var random = new Random(7);
        double sum = 0;
        for (int split = 0; split < SPLITS; split++) {
            Calibration calibration = Calibration.of(uniform(random, 200), TPR);
            double[] p = new double[100];
            for (int i = 0; i < p.length; i++) {
                p[i] = calibration.pValue(random.nextDouble() - (i < 80 ? 0 : 0.97));
            }
            double cut = stepUp ? FalseDiscoveries.cut(p, q) : q;
            double wrong = IntStream.range(0, 80).filter(i -> p[i] <= cut).count();
            double rejected = Arrays.stream(p).filter(value -> value <= cut).count();
            sum += rejected == 0 ? 0 : wrong / rejected;
        }
        return sum / SPLITS;
    }

    @Test
    void cut_batches_keepTheFalseDiscoveryRate() {
        for (double q : new double[] {0.05, 0.1, 0.3}) {
            double share = falseShare(q, true);
            // At most q times the share of ID samples; its standard error is below 0.005.
            assertThat(share)
                    .as("q = %s", q)
                    .isBetween(0.8 * q - 0.02, 0.8 * q + 0.02)
                    .isLessThan(q);
        }
    }

    /** The test above sees p-values that are compared with q itself. */
    @Test
    void cut_qItself_isSeenToBreak() {
        assertThat(falseShare(0.1, false)).isGreaterThan(0.2);
        assertThat(falseShare(0.3, false)).isGreaterThan(0.4);
    }
}
