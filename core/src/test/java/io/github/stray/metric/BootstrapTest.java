// SPDX-License-Identifier: Apache-2.0
package io.github.stray.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.stray.score.IdOodScores;
import io.github.stray.score.Scores;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BootstrapTest {
    private static IdOodScores normal(int id, int ood, double shift, double rounding, long seed) {
        var random = new SplittableRandom(seed);
        double[] idScores = new double[id];
        double[] oodScores = new double[ood];
        Arrays.setAll(idScores, i -> Math.rint((random.nextGaussian() + shift) / rounding) * rounding);
        Arrays.setAll(oodScores, i -> Math.rint(random.nextGaussian() / rounding) * rounding);
        return new IdOodScores(Scores.of(idScores), Scores.of(oodScores));
    }

    @ParameterizedTest
    @EnumSource
    void draw_seed7_equalsSortingTheDrawnScores(Convention convention) {
        IdOodScores scores = normal(60, 45, 1, 0.2, 7);
        var resampler = new Resampler(RankedScores.of(scores));
        for (long seed = 0; seed < 50; seed++) {
            RankedScores drawn = resampler.draw(new SplittableRandom(seed));
            var random = new SplittableRandom(seed);
            var twin = new IdOodScores(drawFrom(scores.id(), random), drawFrom(scores.ood(), random));
            RankedScores sorted = RankedScores.of(twin);
            assertThat(drawn.levels()).isEqualTo(sorted.levels());
            assertThat(Auroc.of(drawn)).isEqualTo(Auroc.of(sorted));
            assertThat(convention.fprAtTpr(drawn, 0.95)).isEqualTo(convention.fprAtTpr(sorted, 0.95));
            assertThat(convention.auprIn(drawn)).isEqualTo(convention.auprIn(sorted));
            assertThat(convention.auprOut(drawn)).isEqualTo(convention.auprOut(sorted));
        }
    }

    private static Scores drawFrom(Scores scores, SplittableRandom random) {
        double[] ascending = scores.toArray();
        Arrays.sort(ascending);
        double[] drawn = new double[ascending.length];
        Arrays.setAll(drawn, i -> ascending[ascending.length - 1 - random.nextInt(ascending.length)]);
        return Scores.of(drawn);
    }

    @Test
    void intervals_oneThreadOrSeveral_areTheSame() throws Exception {
        RankedScores ranked = RankedScores.of(normal(300, 200, 1, 0.01, 3));
        var bootstrap = new Bootstrap(400, 42);
        try (var one = new ForkJoinPool(1);
                var five = new ForkJoinPool(5)) {
            BootstrapIntervals alone = one.submit(() -> bootstrap.intervals(ranked, 0.95, Convention.CANONICAL))
                    .get();
            BootstrapIntervals together = five.submit(() -> bootstrap.intervals(ranked, 0.95, Convention.CANONICAL))
                    .get();
            assertThat(together).isEqualTo(alone);
        }
    }

    /** Each resample has a generator of its own: worked backwards, one by one, the figures are the same. */
    @Test
    void intervals_resamplesInReverseOrder_areTheSame() {
        RankedScores ranked = RankedScores.of(normal(30, 20, 1, 0.01, 3));
        var resampler = new Resampler(ranked);
        var root = new SplittableRandom(42);
        SplittableRandom[] randoms = new SplittableRandom[101];
        Arrays.setAll(randoms, r -> root.split());
        double[] auroc = new double[101];
        for (int r = 100; r >= 0; r--) {
            auroc[r] = Auroc.of(resampler.draw(randoms[r]));
        }
        Arrays.sort(auroc);
        Interval interval = new Bootstrap(101, 42)
                .intervals(ranked, 0.95, Convention.CANONICAL)
                .auroc();
        // positions 100 x 0.025 = 2.5 and 100 x 0.975 = 97.5: halfway between neighbours
        assertThat(interval.lower()).isCloseTo((auroc[2] + auroc[3]) / 2, within(1e-15));
        assertThat(interval.upper()).isCloseTo((auroc[97] + auroc[98]) / 2, within(1e-15));
    }

    @Test
    void intervals_otherSeed_differ() {
        RankedScores ranked = RankedScores.of(normal(300, 200, 1, 0.01, 3));
        assertThat(new Bootstrap(100, 1)
                        .intervals(ranked, 0.95, Convention.CANONICAL)
                        .auroc())
                .isNotEqualTo(new Bootstrap(100, 2)
                        .intervals(ranked, 0.95, Convention.CANONICAL)
                        .auroc());
    }

    /** Two ways to the same quantity; 4,000 resamples leave a Monte-Carlo error of the ends of about 0.0005. */
    @Test
    void intervals_manySamples_agreeWithDeLong() {
        RankedScores ranked = RankedScores.of(normal(800, 600, 1, 1e-9, 11));
        Interval bootstrap = new Bootstrap(4000, 5)
                .intervals(ranked, 0.95, Convention.CANONICAL)
                .auroc();
        Interval deLong = Auroc.interval(ranked);
        assertThat(bootstrap.lower()).isCloseTo(deLong.lower(), within(0.003));
        assertThat(bootstrap.upper()).isCloseTo(deLong.upper(), within(0.003));
    }

    /** One Bernoulli ID share against one OOD value: AUROC is the mean of ID wins, and its resamples are binomial. */
    @Test
    void intervals_oneOodScore_areBinomialQuantiles() {
        double[] id = new double[100];
        Arrays.fill(id, 0, 30, 1);
        RankedScores ranked = RankedScores.of(new IdOodScores(Scores.of(id), Scores.of(0.5)));
        BootstrapIntervals intervals = new Bootstrap(20_000, 9).intervals(ranked, 0.95, Convention.CANONICAL);
        assertThat(intervals.auroc().lower()).isCloseTo(0.21, within(0.0101));
        assertThat(intervals.auroc().upper()).isCloseTo(0.39, within(0.0101));
    }

    @Test
    void intervals_oneScoreASide_arePoints() {
        RankedScores ranked = RankedScores.of(new IdOodScores(Scores.of(1), Scores.of(0)));
        BootstrapIntervals intervals = Bootstrap.DEFAULT.intervals(ranked, 0.95, Convention.CANONICAL);
        assertThat(intervals.auroc()).isEqualTo(new Interval(1, 1));
        assertThat(intervals.fprAtTpr()).isEqualTo(new Interval(0, 0));
        assertThat(intervals.resamples()).isEqualTo(1000);
    }

    @Test
    void constructor_noResamples_isRefused() {
        assertThatThrownBy(() -> new Bootstrap(0, 42))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a bootstrap needs at least 1 resample, got 0");
    }
}
