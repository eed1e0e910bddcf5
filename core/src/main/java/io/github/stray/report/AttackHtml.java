// SPDX-License-Identifier: Apache-2.0
package io.github.stray.report;

import static io.github.stray.report.Numbers.count;
import static io.github.stray.report.Numbers.metric;
import static io.github.stray.report.Numbers.percent;
import static io.github.stray.report.Numbers.score;

import io.github.stray.report.AttackReport.Example;
import io.github.stray.report.AttackReport.Result;
import io.github.stray.report.AttackReport.Separation;
import io.github.stray.report.AttackReport.Spread;
import java.io.IOException;
import java.io.Writer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Writes an {@link AttackReport} as one HTML file in UTF-8, with the limits of {@link HtmlReport}: it needs no network and
 * no other file, and pictures over 256 KiB, or beyond 16 MiB together, are named instead of shown.
 */
public final class AttackHtml {
    private final AttackReport report;
    private final Html html;
    private final Page page;

    private AttackHtml(AttackReport report, Appendable out) {
        this.report = report;
        this.html = new Html(out);
        this.page = new Page(html);
    }

    /**
     * Writes the page.
     *
     * @param report what to tell
     * @param out receives the page, to be encoded as UTF-8; neither flushed nor closed
     * @throws IOException if it cannot be written
     */
    public static void write(AttackReport report, Writer out) throws IOException {
        new AttackHtml(report, out).page();
    }

    private void page() throws IOException {
        page.begin(report.title());
        header();
        html.open("main");
        examples();
        results();
        scores();
        page.provenance(report.command(), report.provenance());
        html.close("main");
        page.end();
    }

    private void header() throws IOException {
        Result first = report.results().getFirst();
        html.open("header");
        html.leaf("p", "Adversarial OOD images", "class", "kicker");
        html.leaf("h1", report.title());
        html.leaf(
                "p",
                "Each image was pushed by the gradient of the network towards the features of an image that belongs. By %s, a random image that belongs scores higher than a random clean outsider %s of the time, and higher than an attacked one %s of the time (50\u00a0%% is guessing)."
                        .formatted(
                                first.detector(),
                                percent(first.clean().auroc()),
                                percent(first.rounded().auroc())),
                "class",
                "lead");
        html.open("dl", "class", "tiles");
        page.tile("AUROC, clean", metric(first.clean().auroc()), first.detector());
        page.tile("AUROC, attacked", metric(first.rounded().auroc()), "as the files hold them");
        page.tile("Cosine reached", metric(report.cosine()), "mean, with the target's features");
        page.tile(
                "Largest change",
                String.format(Locale.ROOT, "%.1f", 255 * report.largest()),
                "of 255 levels, mean over the images");
        html.close("dl");
        page.setup(report.setup());
        html.close("header");
    }

    private void examples() throws IOException {
        if (report.examples().isEmpty()) {
            return;
        }
        Spread spread = report.scores();
        page.section("examples", "What it looks like");
        html.leaf(
                "p",
                "%s of %s attacked images. The perturbation is the attacked file minus the original, in grey where nothing changed, amplified by the factor above it. Scores are those of %s; beside each, the share of ID test images that score lower."
                        .formatted(
                                count(report.examples().size()),
                                count(spread.rounded().size()),
                                spread.detector()),
                "class",
                "soft");
        double[] id = spread.id().toArray();
        html.open("ul", "class", "attacks");
        for (Example example : report.examples()) {
            html.open("li", "class", "attack");
            html.open("div", "class", "strip");
            for (Map.Entry<String, byte[]> picture : example.pictures().entrySet()) {
                html.open("figure");
                html.leaf("figcaption", picture.getKey());
                page.picture(Optional.of(picture.getValue()), picture.getKey() + " of " + example.id(), "wide");
                html.close("figure");
            }
            html.close("div");
            html.open("table", "class", "plain change");
            html.open("thead").open("tr").leaf("td", "");
            page.head("clean", "the image as it was");
            page.head("attacked", "the file of 8 bits");
            html.close("tr").close("thead").open("tbody");
            row("score", said(example.cleanScore(), id), said(example.score(), id));
            row("cosine with target", metric(example.cleanCosine()), metric(example.cosine()));
            html.close("tbody").close("table");
            html.leaf("div", example.id() + " \u2192 " + example.target(), "class", "sample", "title", example.id());
            html.close("li");
        }
        html.close("ul");
        html.close("section");
    }

    private void row(String name, String clean, String attacked) throws IOException {
        html.open("tr").leaf("th", name, "scope", "row");
        page.number(clean);
        page.number(attacked);
        html.close("tr");
    }

    private static String said(double value, double[] id) {
        long lower = Arrays.stream(id).filter(other -> other < value).count();
        return "%s (%s)".formatted(score(value), percent(lower / (double) id.length));
    }

    private void results() throws IOException {
        page.section("results", "Detectors");
        page.table("Detectors against clean and attacked images");
        html.open("thead").open("tr");
        html.leaf("th", "Detector", "scope", "col");
        html.leaf("th", "Targets", "scope", "col", "title", "Whether the targets of the attack are in its gallery");
        for (String set : List.of("clean", "attacked", "8 bits")) {
            page.head("AUROC, " + set, "Area under the ROC curve, and its 95 % interval");
            page.head("FPR@95", "Share of OOD images kept by the threshold that keeps 95 % of these ID images");
        }
        html.close("tr").close("thead").open("tbody");
        for (Result result : report.results()) {
            html.open("tr").leaf("th", result.detector(), "scope", "row");
            html.leaf("td", result.targetsInGallery() ? "in" : "out");
            for (Separation set : List.of(result.clean(), result.attacked(), result.rounded())) {
                html.open("td", "class", "number").leaf("b", metric(set.auroc()));
                html.leaf("div", "%s \u2013 %s".formatted(metric(set.low()), metric(set.high())), "class", "soft");
                html.close("td");
                page.number(metric(set.fpr95()));
            }
            html.close("tr");
        }
        html.close("tbody");
        page.endTable();
        html.leaf(
                "p",
                "AUROC: how often a random ID image scores higher than a random OOD image; 0.5 is guessing, below it the attacked images look more at home than those that are. FPR@95: share of OOD images kept by the cut that keeps 95\u00a0% of ID images.",
                "class",
                "soft");
        html.close("section");
    }

    private void scores() throws IOException {
        Spread spread = report.scores();
        Result first = report.results().getFirst();
        page.section("scores", "Scores of " + spread.detector());
        new HistogramCharts(html, "ID test images", spread.id(), OptionalDouble.empty())
                .write(List.of(
                        new HistogramCharts.Series(
                                "clean", spread.clean(), first.clean().auroc()),
                        new HistogramCharts.Series(
                                "attacked, 8 bits",
                                spread.rounded(),
                                first.rounded().auroc())));
        html.close("section");
    }
}
