// SPDX-License-Identifier: Apache-2.0
package io.github.stray.metric;

import static io.github.stray.metric.ScoreArbitraries.increasinglyMapped;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.stray.score.IdOodScores;
import io.github.stray.score.Scores;
import java.util.Arrays;
import net.jqwik.api.AfterFailureMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.domains.Domain;
import net.jqwik.api.domains.DomainContext;

@PropertyDefaults(afterFailure = AfterFailureMode.PREVIOUS_SEED) // replaying a shrunk sample takes minutes
@Domain(ScoreArbitraries.class)
@Domain(DomainContext.Global.class)
class FprAtTprProperties {
    /** TPRs that are reached exactly and TPRs that are not. */
    private static double tpr(int percent) {
        return percent / 100.0;
    }

    @Property
    void fprAtTpr_everyConvention_equalsItsTwin(
            @ForAll IdOodScores scores, @ForAll @IntRange(min = 1, max = 100) int percent) {
        RankedScores ranked = RankedScores.of(scores);
        for (Convention convention : Convention.values()) {
            if (convention != Convention.NINCO) {
                assertThat(convention.fprAtTpr(ranked, tpr(percent)))
                        .as("%s at %d %%", convention, percent)
                        .isCloseTo(BruteForce.fpr(scores, tpr(percent), convention), within(1e-13));
            }
        }
    }

    @Property
    void fprAtTpr_tprThatIsAMultipleOfOneOverN_equalsItsTwin(
            @ForAll IdOodScores scores, @ForAll @IntRange(min = 1, max = 40) int k) {
        int n = scores.id().size();
        double tpr = (double) Math.min(k, n) / n;
        RankedScores ranked = RankedScores.of(scores);
        for (Convention convention : Convention.values()) {
            if (convention != Convention.NINCO) {
                assertThat(convention.fprAtTpr(ranked, tpr))
                        .as("%s at %s", convention, tpr)
                        .isCloseTo(BruteForce.fpr(scores, tpr, convention), within(1e-13));
            }
        }
    }

    @Property
    void threshold_isTheLargestScoreThatKeepsTheShareOfIdSamples(
            @ForAll IdOodScores scores, @ForAll @IntRange(min = 1, max = 100) int percent) {
        Scores id = scores.id();
        double cut = FprAtTpr.threshold(id, tpr(percent));
        assertThat(kept(id, cut)).isGreaterThanOrEqualTo(tpr(percent));
        assertThat(Arrays.stream(id.toArray()).filter(score -> score > cut))
                .allSatisfy(stricter -> assertThat(kept(id, stricter)).isLessThan(tpr(percent)));
        assertThat(kept(scores.ood(), cut)).isEqualTo(FprAtTpr.of(scores, tpr(percent)));
        RankedScores ranked = RankedScores.of(scores);
        assertThat(ranked.value(FprAtTpr.level(ranked, tpr(percent))) == cut).isTrue();
    }

    private static double kept(Scores scores, double cut) {
        return (double) Arrays.stream(scores.toArray())
                        .filter(score -> score >= cut)
                        .count()
                / scores.size();
    }

    @Property
    void fprAtTpr_everyConvention_isAFraction(
            @ForAll IdOodScores scores, @ForAll @DoubleRange(min = 0, minIncluded = false, max = 1) double tpr) {
        RankedScores ranked = RankedScores.of(scores);
        for (Convention convention : Convention.values()) {
            assertThat(convention.fprAtTpr(ranked, tpr)).as(convention.name()).isBetween(0.0, 1.0);
        }
    }

    @Property
    void fprAtTpr_increasingMap_isUnchangedButForNinco(
            @ForAll IdOodScores scores, @ForAll @IntRange(min = 1, max = 100) int percent) {
        RankedScores ranked = RankedScores.of(scores);
        RankedScores mapped = RankedScores.of(increasinglyMapped(scores));
        for (Convention convention : Convention.values()) {
            if (convention != Convention.NINCO) {
                assertThat(convention.fprAtTpr(mapped, tpr(percent)))
                        .as(convention.name())
                        .isEqualTo(convention.fprAtTpr(ranked, tpr(percent)));
            }
        }
    }

    @Property
    void of_higherTpr_isNotLower(
            @ForAll IdOodScores scores,
            @ForAll @IntRange(min = 1, max = 100) int a,
            @ForAll @IntRange(min = 1, max = 100) int b) {
        assertThat(FprAtTpr.of(scores, tpr(Math.max(a, b))))
                .isGreaterThanOrEqualTo(FprAtTpr.of(scores, tpr(Math.min(a, b))));
    }

    @Property
    void of_oneIdScoreRaised_isNotHigher(
            @ForAll IdOodScores scores,
            @ForAll @IntRange(min = 0, max = 39) int index,
            @ForAll @DoubleRange(min = 0, max = 5) double rise,
            @ForAll @IntRange(min = 1, max = 100) int percent) {
        double[] id = scores.id().toArray();
        id[index % id.length] += rise;
        var raised = new IdOodScores(Scores.of(id), scores.ood());
        assertThat(FprAtTpr.of(raised, tpr(percent))).isLessThanOrEqualTo(FprAtTpr.of(scores, tpr(percent)));
    }
}
