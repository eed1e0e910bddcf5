// SPDX-License-Identifier: Apache-2.0
package io.github.stray.report;

import static io.github.stray.report.Numbers.count;
import static io.github.stray.report.Numbers.metric;
import static io.github.stray.report.Numbers.percent;

import io.github.stray.metric.BootstrapIntervals;
import io.github.stray.metric.Convention;
import io.github.stray.metric.Interval;
import io.github.stray.metric.OodReport;
import io.github.stray.report.Evaluation.Judged;
import io.github.stray.score.IdOodScores;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** Writes an {@link Evaluation} as one HTML file, with the properties of {@link HtmlReport}. */
public final class EvaluationPage {
    private final Evaluation evaluation;
    private final List<OodResult> results;
    private final Html html = new Html();
    private final Page page = new Page(html);
    private final ExampleCards cards;

    private EvaluationPage(Evaluation evaluation, Thumbnails thumbnails) {
        this.evaluation = evaluation;
        this.results = evaluation.results();
        this.cards = new ExampleCards(html, page, thumbnails, "");
    }

    /**
     * {@return the page, to be encoded as UTF-8}
     *
     * @param evaluation what to tell
     * @param thumbnails finds the pictures of the examples, by the name of their set
     * @throws IOException if a picture cannot be read
     */
    public static String render(Evaluation evaluation, Thumbnails thumbnails) throws IOException {
        var made = new EvaluationPage(evaluation, thumbnails);
        made.page();
        return made.html.toString();
    }

    private void page() throws IOException {
        page.begin(title());
        header();
        html.open("main");
        new ResultsTable(html, page, evaluation.idName(), results).write();
        bootstrap();
        verdicts();
        histograms();
        RocChart.section(
                html,
                page,
                results.stream()
                        .map(result -> new RocChart.Series(
                                result.name(),
                                "",
                                new IdOodScores(evaluation.idScores(), result.scores()),
                                result.report().auroc()))
                        .toList());
        examples();
        page.provenance(evaluation.command(), evaluation.provenance());
        html.close("main");
        page.end();
    }

    private String title() {
        return "%s against %s"
                .formatted(
                        evaluation.idName(),
                        results.size() == 1 ? results.getFirst().name() : count(results.size(), "OOD set"));
    }

    private void header() {
        OodReport first = results.getFirst().report();
        @Nullable Judged id = evaluation.judgedIn().get(evaluation.idName());
        page.header("Scores compared", title(), ResultsTable.headline(results));
        html.open("dl", "class", "tiles");
        page.tile(
                "Mean AUROC",
                metric(ResultsTable.mean(results, OodReport::auroc)),
                "over " + count(results.size(), "OOD set"));
        page.tile(
                "Mean " + ResultsTable.fpr(first.tpr()),
                metric(ResultsTable.mean(results, OodReport::fprAtTpr)),
                "OOD kept where %s of ID are".formatted(percent(first.tpr())));
        if (id != null) {
            page.tile("ID kept", percent(share(id)), "target " + percent(first.tpr()));
        }
        html.close("dl");
        var setup = new LinkedHashMap<String, String>();
        setup.put(
                "ID test set",
                evaluation.idName() + ", " + count(evaluation.idScores().size(), "image"));
        setup.put("Convention", first.convention().lowerCaseName() + rule(first.convention()));
        page.setup(setup);
        html.close("header");
    }

    private static String rule(Convention convention) {
        return convention == Convention.CANONICAL
                ? ": ID positive, no interpolation"
                : ": FPR and AUPR as published tables have them, to be compared with those alone";
    }

    private static double share(Judged judged) {
        return judged.in() / (double) judged.of();
    }

    private void bootstrap() {
        Optional<BootstrapIntervals> first = results.getFirst().report().bootstrap();
        if (first.isEmpty()) {
            return;
        }
        page.section("bootstrap", "Bootstrap intervals");
        page.explain("95\u00a0%% intervals from %s, seed %d."
                .formatted(
                        count(first.get().resamples(), "resample"), first.get().seed()));
        page.table("Bootstrap intervals of each OOD set");
        page.columns("OOD set");
        for (String figure :
                List.of("AUROC", ResultsTable.fpr(results.getFirst().report().tpr()), "AUPR-In", "AUPR-Out")) {
            page.head(figure, "95 % interval");
        }
        page.rows();
        for (OodResult result : results) {
            BootstrapIntervals of = result.report().bootstrap().orElseThrow();
            html.open("tr").open("th", "scope", "row");
            page.label(result.name());
            html.close("th");
            for (Interval interval : List.of(of.auroc(), of.fprAtTpr(), of.auprIn(), of.auprOut())) {
                page.number(metric(interval.lower()) + " \u2013 " + metric(interval.upper()));
            }
            html.close("tr");
        }
        page.endTable();
        html.close("section");
    }

    private void verdicts() {
        var rows = new ArrayList<VerdictTable.Row>();
        add(rows, evaluation.idName(), true);
        results.forEach(result -> add(rows, result.name(), false));
        if (rows.isEmpty()) {
            return;
        }
        page.section("verdicts", "Verdicts");
        page.explain("As they stand in the score files, by the threshold of the detector that made them.");
        new VerdictTable(html, page).write(rows);
        html.close("section");
    }

    private void add(List<VerdictTable.Row> rows, String name, boolean id) {
        @Nullable Judged judged = evaluation.judgedIn().get(name);
        if (judged != null) {
            rows.add(new VerdictTable.Row(name, id, judged.in(), judged.of()));
        }
    }

    private void histograms() {
        new HistogramCharts(html, evaluation.idName(), evaluation.idScores(), OptionalDouble.empty())
                .section(page, results);
    }

    private void examples() throws IOException {
        if (evaluation.examples().isEmpty()) {
            return;
        }
        page.section("examples", "Most confused");
        page.explain("Where the scores below reach over each other, no threshold tells these images apart.");
        for (ExampleGroup group : evaluation.examples()) {
            cards.write(group);
        }
        html.close("section");
    }
}
