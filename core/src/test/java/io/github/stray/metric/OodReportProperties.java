// SPDX-License-Identifier: Apache-2.0
package io.github.stray.metric;

import static io.github.stray.metric.ScoreArbitraries.increasinglyMapped;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.stray.score.IdOodScores;
import io.github.stray.score.Scores;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import net.jqwik.api.AfterFailureMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.domains.Domain;
import net.jqwik.api.domains.DomainContext;

@PropertyDefaults(afterFailure = AfterFailureMode.PREVIOUS_SEED) // replaying a shrunk sample takes minutes
@Domain(ScoreArbitraries.class)
@Domain(DomainContext.Global.class)
class OodReportProperties {
    private static OodReport report(IdOodScores scores, int percent, Convention convention, long seed) {
        return OodReport.of(scores, percent / 100.0, convention, new Bootstrap(15, seed));
    }

    /** Every figure and every interval, bit for bit; ninco's FPR excepted, whose threshold lies between scores. */
    @Property(tries = 300)
    void of_increasingMap_changesNothingButNincosFpr(
            @ForAll IdOodScores scores, @ForAll @IntRange(min = 1, max = 100) int percent, @ForAll long seed) {
        IdOodScores mapped = increasinglyMapped(scores);
        for (Convention convention : Convention.values()) {
            OodReport before = report(scores, percent, convention, seed);
            OodReport after = report(mapped, percent, convention, seed);
            if (convention == Convention.NINCO) {
                after = withFpr(after, before);
            }
            assertThat(after).as(convention.name()).isEqualTo(before);
        }
    }

    private static OodReport withFpr(OodReport report, OodReport other) {
        BootstrapIntervals mine = report.bootstrap().orElseThrow();
        BootstrapIntervals theirs = other.bootstrap().orElseThrow();
        return new OodReport(
                report.idSize(),
                report.oodSize(),
                report.convention(),
                report.auroc(),
                report.aurocInterval(),
                report.tpr(),
                other.fprAtTpr(),
                report.auprIn(),
                report.auprOut(),
                Optional.of(new BootstrapIntervals(
                        mine.resamples(),
                        mine.seed(),
                        mine.auroc(),
                        theirs.fprAtTpr(),
                        mine.auprIn(),
                        mine.auprOut())));
    }

    @Property(tries = 300)
    void of_permutedScores_changesNothing(
            @ForAll IdOodScores scores, @ForAll @IntRange(min = 1, max = 100) int percent, @ForAll long seed) {
        var permuted = new IdOodScores(permuted(scores.id(), seed), permuted(scores.ood(), seed + 1));
        for (Convention convention : Convention.values()) {
            assertThat(report(permuted, percent, convention, seed))
                    .as(convention.name())
                    .isEqualTo(report(scores, percent, convention, seed));
        }
    }

    private static Scores permuted(Scores scores, long seed) {
        double[] values = scores.toArray();
        var random = new SplittableRandom(seed);
        for (int i = values.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            double swapped = values[i];
            values[i] = values[j];
            values[j] = swapped;
        }
        return Scores.of(values);
    }

    /** Each metric's interval is cut from that metric's own figures, drawn here one after another. */
    @Property(tries = 100)
    void intervals_anyScores_lieWithinTheFiguresSeen(@ForAll IdOodScores scores, @ForAll long seed) {
        RankedScores ranked = RankedScores.of(scores);
        var resampler = new Resampler(ranked);
        var root = new SplittableRandom(seed);
        double[] auroc = new double[15];
        double[] fpr = new double[15];
        double[] auprIn = new double[15];
        double[] auprOut = new double[15];
        for (int r = 0; r < 15; r++) {
            RankedScores drawn = resampler.draw(root.split());
            auroc[r] = Auroc.of(drawn);
            fpr[r] = FprAtTpr.of(drawn, 0.95);
            auprIn[r] = Aupr.in(drawn);
            auprOut[r] = Aupr.out(drawn);
        }
        BootstrapIntervals intervals = new Bootstrap(15, seed).intervals(ranked, 0.95, Convention.CANONICAL);
        assertInterval(intervals.auroc(), auroc);
        assertInterval(intervals.fprAtTpr(), fpr);
        assertInterval(intervals.auprIn(), auprIn);
        assertInterval(intervals.auprOut(), auprOut);
    }

    /** Positions 14 x 0.025 = 0.35 and 14 x 0.975 = 13.65 of the sorted figures. */
    private static void assertInterval(Interval interval, double[] figures) {
        Arrays.sort(figures);
        assertThat(interval.lower()).isBetween(figures[0], figures[1]);
        assertThat(interval.upper()).isBetween(figures[13], figures[14]);
    }
}
