// SPDX-License-Identifier: Apache-2.0
package io.github.stray.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.stray.score.IdOodScores;
import io.github.stray.score.Scores;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class AurocTest {
    private static IdOodScores scores(double[] id, double... ood) {
        return new IdOodScores(Scores.of(id), Scores.of(ood));
    }

    private static double[] repeated(double value, int count) {
        double[] values = new double[count];
        Arrays.fill(values, value);
        return values;
    }

    /** (2, 1) and (2, 0) are won, (0, 1) is lost, (0, 0) is tied: 2.5 of 4. */
    @Test
    void of_smallTiedExample_countsByHand() {
        assertThat(Auroc.of(scores(new double[] {2, 0}, 1, 0))).isEqualTo(0.625);
    }

    @Test
    void of_morePairsThanAnIntCounts_isExact() {
        int n = 200_000;
        double[] id = new double[n];
        double[] ood = new double[n];
        for (int i = 0; i < n; i++) {
            id[i] = 2.0 * i + 1;
            ood[i] = 2.0 * i;
        }
        assertThat(Auroc.of(scores(id, ood))).isEqualTo((n + 1.0) / (2.0 * n));
    }

    @Test
    void of_allScoresTiedInBothMillions_isOneHalf() {
        assertThat(Auroc.of(scores(repeated(1, 1_000_000), repeated(1, 3_000_000))))
                .isEqualTo(0.5);
    }

    @Test
    void of_bothZeros_areTied() {
        assertThat(Auroc.of(scores(new double[] {0.0}, -0.0))).isEqualTo(0.5);
        assertThat(Auroc.of(scores(new double[] {-0.0}, 0.0))).isEqualTo(0.5);
    }

    @Test
    void of_infiniteScores_compareAsNumbers() {
        double infinity = Double.POSITIVE_INFINITY;
        assertThat(Auroc.of(scores(new double[] {infinity, -infinity}, infinity, 0)))
                .isEqualTo(1.5 / 4);
    }

    @Test
    void interval_perfectSeparation_isTheOneSidedBinomialBoundOfTheSmallerSide() {
        Interval perfect = Auroc.interval(RankedScores.of(scores(repeated(1, 59), repeated(0, 1000))));
        assertThat(perfect.upper()).isEqualTo(1);
        assertThat(Math.pow(perfect.lower(), 59)).isCloseTo(0.05, within(1e-14));
        Interval reversed = Auroc.interval(RankedScores.of(scores(repeated(0, 59), repeated(1, 1000))));
        assertThat(reversed.lower()).isEqualTo(0);
        assertThat(reversed.upper()).isCloseTo(1 - perfect.lower(), within(1e-15));
    }

    @Test
    void interval_oneScoreOnASide_isEverythingUnlessSeparated() {
        assertThat(Auroc.interval(RankedScores.of(scores(new double[] {1}, 0, 2))))
                .isEqualTo(new Interval(0, 1));
        assertThat(Auroc.interval(RankedScores.of(scores(new double[] {0, 2}, 1))))
                .isEqualTo(new Interval(0, 1));
        assertThat(Auroc.interval(RankedScores.of(scores(new double[] {3}, 0, 2)))
                        .lower())
                .isCloseTo(0.05, within(1e-16));
    }

    @Test
    void interval_allScoresEqual_isOneHalf() {
        assertThat(Auroc.interval(RankedScores.of(scores(repeated(4, 5), repeated(4, 9)))))
                .isEqualTo(new Interval(0.5, 0.5));
    }
}
