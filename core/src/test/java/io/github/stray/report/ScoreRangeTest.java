// SPDX-License-Identifier: Apache-2.0
package io.github.stray.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.stray.score.Scores;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScoreRangeTest {
    private static final double INFINITY = Double.POSITIVE_INFINITY;

    @Test
    void of_ordinaryScores_showsAll() {
        Scores id = Scores.of(0.6, 0.7, 0.8, 0.9);
        Scores ood = Scores.of(0.3, 0.5);
        ScoreRange range = ScoreRange.of(id, List.of(ood));
        assertThat(range.low()).isLessThan(0.3).isGreaterThan(0.25);
        assertThat(range.high()).isGreaterThan(0.9).isLessThan(0.95);
        assertThat(range.below(ood)).isZero();
    }

    @Test
    void of_veryDistantScores_stopsNearTheIdScores() {
        Scores id = Scores.of(-300, -250, -200);
        Scores ood = Scores.of(-1e6, -400);
        ScoreRange range = ScoreRange.of(id, List.of(ood));
        assertThat(range.low()).isBetween(-500.0, -450.0);
        assertThat(range.below(ood)).isEqualTo(0.5);
        assertThat(range.above(ood)).isZero();
        assertThat(range.histogram(ood, 10)[0]).isEqualTo(0.5);
    }

    @Test
    void of_degenerateScores_isFiniteAndNotEmpty() {
        List<Scores> odd = List.of(
                Scores.of(1),
                Scores.of(0),
                Scores.of(5, 5, 5),
                Scores.of(1e300, -1e300),
                Scores.of(Double.MAX_VALUE, -Double.MAX_VALUE),
                Scores.of(Double.MAX_VALUE),
                Scores.of(Double.MIN_VALUE, 0),
                Scores.of(INFINITY),
                Scores.of(-INFINITY, INFINITY),
                Scores.of(1e15, Math.nextUp(1e15)));
        for (Scores id : odd) {
            for (Scores ood : odd) {
                ScoreRange range = ScoreRange.of(id, List.of(ood));
                assertThat(range.low()).as("%s", range).isFinite().isLessThan(range.high());
                assertThat(range.high() - range.low()).isFinite();
                double[] shares = range.histogram(id, 20);
                assertThat(Arrays.stream(shares).sum()).isCloseTo(1, within(1e-9));
            }
        }
    }

    @Test
    void histogram_scoresOnEdges_countOnce() {
        double[] shares = new ScoreRange(0, 4).histogram(Scores.of(0, 1, 2, 3, 4, -INFINITY, INFINITY, 1.5), 4);
        assertThat(shares).containsExactly(2 / 8.0, 2 / 8.0, 1 / 8.0, 3 / 8.0);
    }

    @Test
    void ticks_manyRanges_areRoundInsideAndFew() {
        for (double low : new double[] {-1e6, -300, -1, 0, 0.42, 1e-7, 123456}) {
            for (double width : new double[] {1e-6, 0.013, 0.5, 1, 7, 1234, 1e9}) {
                var axis = new Axis(low, low + width, 0, 100);
                List<Double> ticks = axis.ticks(5);
                assertThat(ticks).as("%s", axis).hasSizeBetween(2, 9).isSorted();
                assertThat(ticks.getFirst()).isGreaterThanOrEqualTo(low - width * 1e-6);
                assertThat(ticks.getLast()).isLessThanOrEqualTo(low + width * (1 + 1e-6));
            }
        }
        assertThat(new Axis(0.41, 0.98, 0, 1).ticks(5)).hasSize(5);
        assertThat(Axis.label(0.30000000000000004, List.of(0.2, 0.30000000000000004)))
                .isEqualTo("0.3");
        assertThat(Axis.label(-500, List.of(-500.0, 0.0))).isEqualTo("\u2212500");
    }

    @Test
    void at_outside_goesToTheNearerEnd() {
        var axis = new Axis(0, 10, 100, 200);
        assertThat(axis.at(5)).isEqualTo(150);
        assertThat(axis.at(-INFINITY)).isEqualTo(100);
        assertThat(axis.at(11)).isEqualTo(200);
    }
}
