// SPDX-License-Identifier: Apache-2.0
package io.github.stray.report;

import static io.github.stray.report.Numbers.at;
import static io.github.stray.report.Numbers.count;
import static io.github.stray.report.Numbers.metric;
import static io.github.stray.report.Numbers.percent;
import static io.github.stray.report.Numbers.score;

import io.github.stray.metric.Interval;
import io.github.stray.metric.OodReport;
import io.github.stray.report.OodResult.Shift;
import io.github.stray.score.IdOodScores;
import io.github.stray.score.Scores;
import io.github.stray.threshold.Calibration;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.StringJoiner;
import java.util.function.ToDoubleFunction;

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
        results();
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
                metric(mean(OodReport::auroc)),
                "over " + count(report.results().size(), "OOD set"));
        page.tile("Mean FPR@95", metric(mean(OodReport::fprAtTpr)), "OOD kept where 95\u00a0% of ID are");
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
        List<OodResult> results = report.results();
        double auroc = mean(OodReport::auroc);
        var text = new StringBuilder();
        if (results.size() == 1) {
            text.append(
                    "Against %s, a random ID image scores higher than a random OOD image %s of the time (AUROC\u00a0%s)."
                            .formatted(Page.brief(results.getFirst().name()), percent(auroc), metric(auroc)));
        } else {
            OodResult hardest = results.getFirst();
            for (OodResult result : results) {
                hardest = result.report().auroc() < hardest.report().auroc() ? result : hardest;
            }
            text.append(
                    "Against %d OOD sets, a random ID image scores higher than a random OOD image %s of the time on average (AUROC\u00a0%s); the hardest set is %s, with %s."
                            .formatted(
                                    results.size(),
                                    percent(auroc),
                                    metric(auroc),
                                    hardest.name(),
                                    metric(hardest.report().auroc())));
        }
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

    private void results() {
        page.section("results", "Results");
        page.table("Each OOD set against the ID test set");
        page.columns("OOD set");
        page.head("AUROC", "Area under the ROC curve");
        html.leaf("th", "95\u00a0% interval", "scope", "col", "class", "interval");
        html.leaf("td", "", "class", "bar");
        page.head("FPR@95", "Share of OOD images kept by the threshold that keeps 95 % of these ID images");
        page.head("AUPR-In", "Average precision with ID as the positive class");
        page.head("AUPR-Out", "Average precision with OOD as the positive class");
        page.head("n", "Number of OOD images");
        page.rows();
        // Intervals are drawn from 0.5, or from 0 if one of them reaches below.
        boolean high = report.results().stream()
                .allMatch(result -> result.report().aurocInterval().lower() >= 0.5);
        for (OodResult result : report.results()) {
            html.open("tr").open("th", "scope", "row");
            page.label(result.name());
            if (result.shift().isPresent()) {
                String word = result.shift().get() == Shift.NEAR ? "near" : "far";
                html.text(" ").leaf("span", word, "class", "chip " + word);
            }
            html.close("th");
            Interval interval = result.report().aurocInterval();
            auroc(result.report().auroc(), metric(interval.lower()) + " \u2013 " + metric(interval.upper()));
            html.open("td", "class", "bar");
            interval(result.report(), high ? 0.5 : 0);
            html.close("td");
            others(
                    figure -> figure.applyAsDouble(result.report()),
                    count(result.scores().size()));
        }
        if (report.results().size() > 1) {
            html.open("tr", "class", "mean").leaf("th", "Mean", "scope", "row");
            auroc(mean(OodReport::auroc), "");
            html.leaf("td", "", "class", "bar");
            others(this::mean, "");
        }
        page.endTable();
        page.explain(
                "ID: %s, n = %s. AUPR depends on how many images each side has: compare it only where those are equal."
                        .formatted(report.idName(), count(report.idScores().size())));
        html.open("dl", "class", "legend-text");
        page.entry(
                "AUROC",
                "How often a random ID image scores higher than a random OOD image. 0.5 is guessing, 1 is perfect.");
        page.entry(
                "FPR@95",
                "Share of OOD images still kept by the cut that keeps 95\u00a0% of these ID images. Lower is better.");
        page.entry("AUPR-In", "Average precision when ID images are what is searched for. Higher is better.");
        page.entry("AUPR-Out", "Average precision when OOD images are what is searched for. Higher is better.");
        html.close("dl").close("section");
    }

    private void auroc(double auroc, String interval) {
        page.strong(metric(auroc));
        html.leaf("td", interval, "class", "interval");
    }

    /** The other figures of a row, and its end. */
    private void others(ToDoubleFunction<ToDoubleFunction<OodReport>> of, String count) {
        List<ToDoubleFunction<OodReport>> figures = List.of(OodReport::fprAtTpr, OodReport::auprIn, OodReport::auprOut);
        for (ToDoubleFunction<OodReport> figure : figures) {
            page.number(metric(of.applyAsDouble(figure)));
        }
        page.number(count);
        html.close("tr");
    }

    private void interval(OodReport figures, double floor) {
        var axis = new Axis(floor, 1, 5, 115);
        html.svg("0 0 120 18", "aria-hidden", "true");
        html.empty("path", "class", "rail", "d", "M5 9H115");
        String low = at(axis.at(figures.aurocInterval().lower()) - 0.5);
        String high = at(axis.at(figures.aurocInterval().upper()) + 0.5);
        html.empty("path", "class", "whisker", "d", "M%s 9H%s".formatted(low, high));
        html.empty("circle", "class", "point", "cx", at(axis.at(figures.auroc())), "cy", "9", "r", "4");
        html.close("svg");
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
        page.table("Images judged in and out, by set", "class", "verdicts");
        page.columns("Set", "Share");
        verdictHead("in", "Images that score at least the threshold");
        verdictHead("out", "Images that score less than the threshold");
        page.head("right", "ID images judged in, OOD images judged out");
        page.rows();
        verdictRow(report.idName(), true, report.idScores(), cut);
        for (OodResult result : report.results()) {
            verdictRow(result.name(), false, result.scores(), cut);
        }
        page.endTable();
        html.close("section");
    }

    private void verdictHead(String verdict, String explanation) {
        html.open("th", "scope", "col", "class", "number", "title", explanation);
        html.leaf("span", "", "class", "patch " + verdict).text(" " + verdict).close("th");
    }

    private void verdictRow(String name, boolean id, Scores scores, Calibration threshold) {
        double in = kept(scores, threshold);
        long kept = Math.round(in * scores.size());
        html.open("tr");
        html.open("th", "scope", "row");
        page.label(name);
        String side = id ? "ID" : "OOD";
        html.text(" ").leaf("span", side, "class", "chip " + (id ? "id" : "ood"));
        html.close("th").open("td", "class", "share");
        html.svg("0 0 100 10", "preserveAspectRatio", "none", "aria-hidden", "true");
        String cut = at(100 * in);
        html.empty("rect", "class", "in", "x", "0", "y", "0", "width", cut, "height", "10");
        html.empty("rect", "class", "out", "x", cut, "y", "0", "width", at(100 - 100 * in), "height", "10");
        html.close("svg").close("td");
        page.number(count(kept));
        page.number(count(scores.size() - kept));
        page.strong(percent(id ? in : 1 - in));
        html.close("tr");
    }

    private void histograms() {
        OptionalDouble cut = report.detector().calibration().stream()
                .mapToDouble(Calibration::threshold)
                .filter(Double::isFinite)
                .findFirst();
        page.section("scores", "Scores");
        page.explain(
                "How the scores of the ID images and of each OOD set are spread. The less the two overlap, the better they can be told apart. All charts share axes and bins.");
        new HistogramCharts(html, report.idName(), report.idScores(), cut)
                .write(report.results().stream()
                        .map(result -> new HistogramCharts.Series(
                                result.name(), result.scores(), result.report().auroc()))
                        .toList());
        html.close("section");
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

    private double mean(ToDoubleFunction<OodReport> figure) {
        return report.results().stream()
                .map(OodResult::report)
                .mapToDouble(figure)
                .average()
                .orElseThrow();
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
