// SPDX-License-Identifier: Apache-2.0
package io.github.stray.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.stray.detect.Detection;
import io.github.stray.metric.Bootstrap;
import io.github.stray.metric.Convention;
import io.github.stray.metric.OodReport;
import io.github.stray.provenance.Provenance;
import io.github.stray.report.Evaluation.Judged;
import io.github.stray.score.IdOodScores;
import io.github.stray.score.Scores;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EvaluationPageTest {
    private static final Scores ID = Scores.of(0.9, 0.8, 0.7, 0.2);
    private static final Scores NEAR = Scores.of(0.75, 0.1);
    private static final Scores FAR = Scores.of(0.05, 0.01, Double.NEGATIVE_INFINITY);

    private static OodResult result(String name, Scores scores, double tpr, Convention convention) {
        return new OodResult(
                name, Optional.empty(), OodReport.of(new IdOodScores(ID, scores), tpr, convention), scores);
    }

    private static ScorePicks picks(String prefix, Scores scores) {
        var picks = new ScorePicks(OptionalDouble.empty(), 20);
        IntStream.range(0, scores.size())
                .forEach(i -> picks.accept(List.of(new Detection(
                        prefix + i,
                        scores.get(i),
                        Optional.empty(),
                        OptionalDouble.empty(),
                        OptionalInt.empty(),
                        List.of()))));
        return picks;
    }

    private static String page(String text, Map<String, Judged> judged, OodResult... results) throws IOException {
        var ood = new LinkedHashMap<String, ScorePicks>();
        for (OodResult result : results) {
            ood.put(result.name(), picks(result.name() + " ", result.scores()));
        }
        return EvaluationPage.render(
                new Evaluation(
                        text,
                        new Provenance(Map.of(text, text)),
                        text,
                        ID,
                        List.of(results),
                        judged,
                        ExampleGroup.confused(text, picks(text + " ", ID), ood, 3)),
                Thumbnails.NONE);
    }

    @Test
    void render_twoSets_saysTheFiguresAndTheMostConfused() throws IOException {
        String page = page(
                "signs",
                Map.of("signs", new Judged(3, 4), "near", new Judged(1, 2)),
                result("near", NEAR, 0.9, Convention.CANONICAL),
                result("far", FAR, 0.9, Convention.CANONICAL));
        Reports.parsed(page);
        // Of the 4 x 2 pairs with near 6 are in order, of those with far all 12.
        assertThat(page)
                .contains("signs against 2\u00a0OOD sets")
                .contains("87.5\u00a0% of the time on average (AUROC\u00a00.875); the hardest set is near, with 0.750")
                .contains("FPR@90", "OOD kept where 90\u00a0% of ID are", "target 90\u00a0%", ">75\u00a0%<")
                .contains("canonical: ID positive, no interpolation")
                .contains("OOD images that look most like ID", "ID images that look least like ID")
                .doesNotContain("FPR@95\"", "Bootstrap");
        assertThat(page.indexOf("near 0")).isLessThan(page.indexOf("near 1")).isPositive();
        assertThat(page.indexOf("signs 3")).isLessThan(page.indexOf("signs 2")).isPositive();
        assertThat(page).doesNotContain(">far 2<");
    }

    @Test
    void render_withoutVerdicts_saysNothingOfThem() throws IOException {
        String page = page("signs", Map.of(), result("near", NEAR, 0.95, Convention.OPENOOD));
        assertThat(page)
                .contains("signs against near", "openood: FPR and AUPR as published tables have them")
                .doesNotContain("target 95", "As they stand in the score files");
    }

    @Test
    void render_bootstrap_hasItsIntervals() throws IOException {
        OodReport report = OodReport.of(new IdOodScores(ID, NEAR), 0.95, Convention.CANONICAL, new Bootstrap(50, 7));
        String page = page("signs", Map.of(), new OodResult("near", Optional.empty(), report, NEAR));
        Reports.parsed(page);
        assertThat(page).contains("50\u00a0resamples, seed 7", "Bootstrap intervals of each OOD set");
    }

    @Test
    void render_anyText_isEscaped() throws IOException {
        String evil = "<script>alert(1)</script>&\"'\u0001";
        String page = page(
                evil,
                Map.of(evil, new Judged(1, 2), evil + 2, new Judged(1, 2)),
                result(evil + 2, NEAR, 0.95, Convention.CANONICAL));
        Reports.parsed(page);
        assertThat(page).doesNotContain("<script>alert");
    }

    @Test
    void evaluation_withoutASide_isRefused() {
        var none = new ArrayList<OodResult>();
        assertThatThrownBy(() -> new Evaluation("", new Provenance(Map.of()), "id", ID, none, Map.of(), List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("got 4 scores and 0 sets");
    }
}
