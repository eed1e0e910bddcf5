// SPDX-License-Identifier: Apache-2.0
package io.github.stray.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.stray.score.IdOodScores;
import io.github.stray.score.Scores;
import java.util.List;
import org.junit.jupiter.api.Test;

class OodReportTest {
    private static final IdOodScores SCORES = new IdOodScores(Scores.of(4, 3, 1), Scores.of(2, 0));

    @Test
    void of_defaults_areCanonicalAt95() {
        OodReport report = OodReport.of(SCORES);
        assertThat(report.idSize()).isEqualTo(3);
        assertThat(report.oodSize()).isEqualTo(2);
        assertThat(report.convention()).isEqualTo(Convention.CANONICAL);
        assertThat(report.tpr()).isEqualTo(0.95);
        assertThat(report.auroc()).isEqualTo(5 / 6.0);
        assertThat(report.aurocInterval()).isEqualTo(Auroc.interval(RankedScores.of(SCORES)));
        assertThat(report.fprAtTpr()).isEqualTo(0.5);
        assertThat(report.auprIn()).isCloseTo((1 + 1 + 3 / 4.0) / 3, within(1e-15));
        assertThat(report.auprOut()).isCloseTo((1 + 2 / 3.0) / 2, within(1e-15));
        assertThat(report.bootstrap()).isEmpty();
    }

    @Test
    void of_conventionRateAndBootstrap_areUsed() {
        var bootstrap = new Bootstrap(50, 1);
        OodReport report = OodReport.of(SCORES, 0.5, Convention.OPENOOD, bootstrap);
        RankedScores ranked = RankedScores.of(SCORES);
        assertThat(report.fprAtTpr()).isEqualTo(Convention.OPENOOD.fprAtTpr(ranked, 0.5));
        assertThat(report.auprIn()).isEqualTo(Convention.OPENOOD.auprIn(ranked));
        assertThat(report.auprOut()).isEqualTo(Convention.OPENOOD.auprOut(ranked));
        assertThat(report.bootstrap()).contains(bootstrap.intervals(ranked, 0.5, Convention.OPENOOD));
    }

    @Test
    void of_rateInPercent_isRefused() {
        assertThatThrownBy(() -> OodReport.of(SCORES, 95, Convention.CANONICAL))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("TPR must be above 0 and at most 1, was 95.0");
    }

    @Test
    void mean_setsOfDifferentSizes_countTheSame() {
        OodReport perfect = OodReport.of(new IdOodScores(Scores.of(2, 2), Scores.of(1)));
        OodReport chance = OodReport.of(new IdOodScores(Scores.of(1, 1), Scores.of(1, 1, 1, 1, 1, 1)));
        MacroMean mean = MacroMean.of(List.of(perfect, chance));
        assertThat(mean)
                .isEqualTo(new MacroMean(2, Convention.CANONICAL, 0.75, 0.95, 0.5, (1 + 0.25) / 2, (1 + 0.75) / 2));
    }

    @Test
    void mean_mixedConventionsRatesOrNone_isRefused() {
        OodReport canonical = OodReport.of(SCORES);
        assertThatThrownBy(() -> MacroMean.of(List.of(canonical, OodReport.of(SCORES, 0.95, Convention.PLP))))
                .hasMessage("cannot average reports of canonical at TPR 0.95 and of plp at TPR 0.95");
        assertThatThrownBy(() -> MacroMean.of(List.of(canonical, OodReport.of(SCORES, 0.9, Convention.CANONICAL))))
                .hasMessage("cannot average reports of canonical at TPR 0.95 and of canonical at TPR 0.9");
        assertThatThrownBy(() -> MacroMean.of(List.of())).hasMessage("a mean needs at least one report, got none");
    }

    @Test
    void interval_endsOutOfOrderOrRange_isRefused() {
        assertThatThrownBy(() -> new Interval(0.5, 0.4))
                .hasMessage("an interval needs 0 <= lower <= upper <= 1, got [0.5, 0.4]");
        assertThatThrownBy(() -> new Interval(Double.NaN, 1)).isInstanceOf(IllegalArgumentException.class);
    }
}
