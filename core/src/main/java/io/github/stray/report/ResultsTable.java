// SPDX-License-Identifier: Apache-2.0
package io.github.stray.report;

import static io.github.stray.report.Numbers.at;
import static io.github.stray.report.Numbers.count;
import static io.github.stray.report.Numbers.metric;
import static io.github.stray.report.Numbers.percent;

import io.github.stray.metric.Interval;
import io.github.stray.metric.OodReport;
import io.github.stray.report.OodResult.Shift;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * The section with the figures of each OOD set, their mean and what they mean.
 *
 * @param html receives it
 * @param page the page it belongs to
 * @param idName name of the ID test set
 * @param results at least one, all at the same TPR
 */
record ResultsTable(Html html, Page page, String idName, List<OodResult> results) {
    /** A name such as {@code FPR@95}. */
    static String fpr(double tpr) {
        return "FPR@" + String.format(Locale.ROOT, "%.2f", 100 * tpr).replaceAll("\\.?0+$", "");
    }

    /** The mean of a figure over the OOD sets. */
    static double mean(List<OodResult> results, ToDoubleFunction<OodReport> figure) {
        return results.stream()
                .map(OodResult::report)
                .mapToDouble(figure)
                .average()
                .orElseThrow();
    }

    /** What the figures say, in a sentence. */
    static String headline(List<OodResult> results) {
        double auroc = mean(results, OodReport::auroc);
        if (results.size() == 1) {
            return "Against %s, a random ID image scores higher than a random OOD image %s of the time (AUROC\u00a0%s)."
                    .formatted(Page.brief(results.getFirst().name()), percent(auroc), metric(auroc));
        }
        OodResult hardest = results.getFirst();
        for (OodResult result : results) {
            hardest = result.report().auroc() < hardest.report().auroc() ? result : hardest;
        }
        return "Against %d OOD sets, a random ID image scores higher than a random OOD image %s of the time on average (AUROC\u00a0%s); the hardest set is %s, with %s."
                .formatted(
                        results.size(),
                        percent(auroc),
                        metric(auroc),
                        hardest.name(),
                        metric(hardest.report().auroc()));
    }

    void write() {
        double tpr = results.getFirst().report().tpr();
        String fpr = fpr(tpr);
        page.section("results", "Results");
        page.table("Each OOD set against the ID test set");
        page.columns("OOD set");
        page.head("AUROC", "Area under the ROC curve");
        html.leaf("th", "95\u00a0% interval", "scope", "col", "class", "interval");
        html.leaf("td", "", "class", "bar");
        page.head(
                fpr,
                "Share of OOD images kept by the threshold that keeps %s of these ID images".formatted(percent(tpr)));
        page.head("AUPR-In", "Average precision with ID as the positive class");
        page.head("AUPR-Out", "Average precision with OOD as the positive class");
        page.head("n", "Number of OOD images");
        page.rows();
        // Intervals are drawn from 0.5, or from 0 if one of them reaches below.
        boolean high = results.stream()
                .allMatch(result -> result.report().aurocInterval().lower() >= 0.5);
        for (OodResult result : results) {
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
        if (results.size() > 1) {
            html.open("tr", "class", "mean").leaf("th", "Mean", "scope", "row");
            auroc(mean(results, OodReport::auroc), "");
            html.leaf("td", "", "class", "bar");
            others(figure -> mean(results, figure), "");
        }
        page.endTable();
        page.explain(
                "ID: %s, n = %s. AUPR depends on how many images each side has: compare it only where those are equal."
                        .formatted(idName, count(results.getFirst().report().idSize())));
        html.open("dl", "class", "legend-text");
        page.entry(
                "AUROC",
                "How often a random ID image scores higher than a random OOD image. 0.5 is guessing, 1 is perfect.");
        page.entry(
                fpr,
                "Share of OOD images still kept by the cut that keeps %s of these ID images. Lower is better."
                        .formatted(percent(tpr)));
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
}
