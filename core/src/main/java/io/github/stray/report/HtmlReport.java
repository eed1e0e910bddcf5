// SPDX-License-Identifier: Apache-2.0
package io.github.stray.report;

import static io.github.stray.report.Numbers.count;
import static io.github.stray.report.Numbers.metric;
import static io.github.stray.report.Numbers.percent;
import static io.github.stray.report.Numbers.score;

import io.github.stray.metric.OodReport;
import io.github.stray.score.IdOodScores;
import io.github.stray.score.Scores;
import io.github.stray.threshold.Calibration;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.StringJoiner;

/**
 * Writes a {@link Report} as one HTML file in UTF-8 that is also well-formed XML. It needs no network, no fonts and no
 * other file; its policy forbids it to load any. Pictures take at most 16 MiB before encoding: those over 256 KiB, and
 * those after the limit, are named instead of shown.
 */
public final class HtmlReport {

    private final Report report;
    private final Html html;
    private final Page page;
    private final ExampleCards cards;

    private HtmlReport(Report report, Thumbnails thumbnails) {
        this.report = report;
        this.html = new Html();
        this.page = new Page(html);
        this.cards = new ExampleCards(html, page, thumbnails, report.detector().trainingName());
    }

    /**
     * {@return the page, to be encoded as UTF-8}
     *
     * @param report what to tell
     * @param thumbnails finds the pictures of the examples; asked once a picture, in order
     * @throws IOException if a picture cannot be read
     */
    public static String render(Report report, Thumbnails thumbnails) throws IOException {
        var made = new HtmlReport(report, thumbnails);
        made.page();
        return made.html.toString();
    }

    private void page() throws IOException {
        page.begin(report.title());
        header();
        html.open("main");
        new ResultsTable(html, page, report.idName(), report.results()).write();
        verdicts();
        histograms();
        RocChart.section(
                html,
                page,
                report.results().stream()
                        .map(result -> new RocChart.Series(
                                result.name(),
                                "",
                                new IdOodScores(report.idScores(), result.scores()),
                                result.report().auroc()))
                        .toList());
        examples();
        page.failedSamples("failed", report.failed());
        page.provenance(report.command(), report.provenance());
        html.close("main");
        page.end();
    }

    private void header() {
        DetectorSummary detector = report.detector();
        page.header("Out-of-distribution report", report.title(), headline());
        html.open("dl", "class", "tiles");
        page.tile(
                "Mean AUROC",
                metric(ResultsTable.mean(report.results(), OodReport::auroc)),
                "over " + count(report.results().size(), "OOD set"));
        page.tile(
                "Mean FPR@95",
                metric(ResultsTable.mean(report.results(), OodReport::fprAtTpr)),
                "OOD kept where 95\u00a0% of ID are");
        if (detector.calibration().isPresent()) {
            Calibration cut = detector.calibration().get();
            page.tile(
                    "ID kept",
                    percent(kept(report.idScores(), cut)),
                    "target " + percent(cut.tpr()) + ", of "
                            + count(report.idScores().size(), "image"));
            page.tile("OOD rejected", percent(rejected(cut)), "mean of the sets");
        }
        html.close("dl");
        var setup = new LinkedHashMap<String, String>();
        setup.put("Detector", detector.id() + options(detector.options()));
        setup.put("Extractor", detector.extractor());
        setup.put("Training set", detector.trainingName());
        setup.put(
                "ID test set", report.idName() + ", " + count(report.idScores().size(), "image"));
        setup.put(
                "Threshold",
                detector.calibration()
                        .map(Kept::threshold)
                        .orElse("none: fitted without calibration, so there are no verdicts"));
        page.setup(setup);
        for (String note : detector.notes()) {
            html.leaf("p", note, "class", "note");
        }
        html.close("header");
    }

    private String headline() {
        var text = new StringBuilder(ResultsTable.headline(report.results()));
        if (report.detector().calibration().isPresent()) {
            Calibration cut = report.detector().calibration().get();
            if (cut.threshold() == Double.NEGATIVE_INFINITY) {
                text.append(" With %s the calibration is too small for a finite threshold, so every image is kept."
                        .formatted(count(cut.size(), "score")));
            } else {
                text.append(
                        " The threshold keeps %s of the ID images (it was set to keep %s) and rejects %s of the OOD images."
                                .formatted(
                                        percent(kept(report.idScores(), cut)),
                                        percent(cut.tpr()),
                                        percent(rejected(cut))));
            }
        }
        return text.toString();
    }

    private void verdicts() {
        if (report.detector().calibration().isEmpty()) {
            return;
        }
        Calibration cut = report.detector().calibration().get();
        page.section("verdicts", "Verdicts at the threshold");
        page.explain(
                "An image is judged in-distribution (in) when it scores at least %s. The cut was set on %s to keep %s; of these ID test images it keeps %s.%s"
                        .formatted(
                                score(cut.threshold()),
                                count(cut.size(), "calibration score"),
                                Kept.promised(cut.promise()),
                                percent(kept(report.idScores(), cut)),
                                cut.rank() == 0
                                        ? ""
                                        : " Of 10 cuts set on as many scores, 9 keep %s of new ID images."
                                                .formatted(Kept.range(cut))));
        var rows = new ArrayList<VerdictTable.Row>();
        rows.add(VerdictTable.Row.of(report.idName(), true, report.idScores(), cut));
        report.results().forEach(result -> rows.add(VerdictTable.Row.of(result.name(), false, result.scores(), cut)));
        new VerdictTable(html, page).write(rows);
        html.close("section");
    }

    private void histograms() {
        OptionalDouble cut = report.detector().calibration().stream()
                .mapToDouble(Calibration::threshold)
                .filter(Double::isFinite)
                .findFirst();
        new HistogramCharts(html, report.idName(), report.idScores(), cut).section(page, report.results());
    }

    private void examples() throws IOException {
        if (report.examples().isEmpty()) {
            return;
        }
        page.section("examples", "Examples");
        page.explain(
                "Images at the ends and at the border, with the ID training images nearest to them by the cosine of their features."
                        + (report.detector().calibration().isEmpty()
                                ? ""
                                : " p is (1 + calibration images that score no higher) / (1 + calibration images)."));
        for (ExampleGroup group : report.examples()) {
            cards.write(group);
        }
        html.close("section");
    }

    /** Mean share of the OOD images that the cut rejects. */
    private double rejected(Calibration cut) {
        return 1
                - report.results().stream()
                        .mapToDouble(result -> kept(result.scores(), cut))
                        .average()
                        .orElseThrow();
    }

    private static double kept(Scores scores, Calibration cut) {
        long kept = Arrays.stream(scores.toArray())
                .filter(score -> score >= cut.threshold())
                .count();
        return kept / (double) scores.size();
    }

    private static String options(Map<String, String> options) {
        var list = new StringJoiner(", ", " (", ")").setEmptyValue("");
        options.forEach((name, value) -> list.add(name + "=" + value));
        return list.toString();
    }
}
