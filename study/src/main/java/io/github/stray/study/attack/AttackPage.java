// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.attack;

import static io.github.stray.report.Numbers.count;
import static io.github.stray.report.Numbers.metric;
import static io.github.stray.report.Numbers.percent;
import static io.github.stray.report.Numbers.score;

import io.github.stray.metric.OodReport;
import io.github.stray.provenance.Provenance;
import io.github.stray.report.HistogramCharts;
import io.github.stray.report.Html;
import io.github.stray.report.Page;
import io.github.stray.study.attack.AttackResult.Example;
import io.github.stray.vision.attack.AttackRecipe;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Writes an {@link AttackResult} as one HTML file in UTF-8, with the limits of {@link Page}: it needs no network and no
 * other file, and pictures over 256 KiB, or beyond 16 MiB together, are named instead of shown.
 */
final class AttackPage {
    private final AttackResult result;
    private final AttackFigures first;
    private final Html html = new Html();
    private final Page page = new Page(html);

    private AttackPage(AttackResult result) {
        this.result = result;
        this.first = result.figures().getFirst();
    }

    /** {@code command} is the command line that asked for it, empty if there was none. */
    static String render(AttackResult result, String command, Provenance provenance) {
        var made = new AttackPage(result);
        made.page(command, provenance);
        return made.html.toString();
    }

    private void page(String command, Provenance provenance) {
        String title = "%s, attacked".formatted(result.attack().extractor());
        page.begin(title);
        header(title);
        html.open("main");
        examples();
        results();
        scores();
        page.provenance(command, provenance);
        html.close("main");
        page.end();
    }

    private void header(String title) {
        page.header(
                "Adversarial OOD images",
                title,
                "Each image was pushed by the gradient of the network towards the features of an image that belongs. By %s, a random image that belongs scores higher than a random clean outsider %s of the time, and higher than an attacked one %s of the time (50\u00a0%% is guessing)."
                        .formatted(
                                first.detector(),
                                percent(first.clean().auroc()),
                                percent(first.rounded().auroc())));
        html.open("dl", "class", "tiles");
        page.tile("AUROC, clean", metric(first.clean().auroc()), first.detector());
        page.tile("AUROC, attacked", metric(first.rounded().auroc()), "as the files hold them");
        page.tile("Cosine reached", metric(mean("cosine")), "mean, with the target's features");
        page.tile(
                "Largest change",
                String.format(Locale.ROOT, "%.1f", 255 * mean("max")),
                "of 255 levels, mean over the images");
        html.close("dl");
        var setup = new LinkedHashMap<String, String>();
        setup.put("Network", "%s, layer %s".formatted(result.attack().extractor(), AttackRun.LAYER));
        setup.put(
                "Attacked",
                "%s, %d images".formatted(result.attacked(), first.clean().oodSize()));
        setup.put("Targets from", "%s, %d images".formatted(result.gallery(), result.galleryImages()));
        setup.put("Method", described(result.attack().recipe()));
        page.setup(setup);
        html.close("header");
    }

    private double mean(String figure) {
        return Objects.requireNonNull(result.means().get(figure));
    }

    private static String described(AttackRecipe recipe) {
        return recipe.method() == AttackRecipe.Method.PGD
                ? "%d steps of projected gradient descent, at most %s levels of 255"
                        .formatted(recipe.steps(), decimal(255 * recipe.epsilon()))
                : "%d steps of Adam at %s, lambda %s (%s)"
                        .formatted(
                                recipe.steps(),
                                decimal(recipe.learningRate()),
                                decimal(recipe.lambda()),
                                recipe.lambda() > 0 ? "smooth" : "patchy");
    }

    private static String decimal(double value) {
        return new BigDecimal(value)
                .round(new MathContext(4))
                .stripTrailingZeros()
                .toPlainString();
    }

    private void examples() {
        if (result.examples().isEmpty()) {
            return;
        }
        page.section("examples", "What it looks like");
        page.explain(
                "%s of %s attacked images. The perturbation is the attacked file minus the original, in grey where nothing changed, amplified by the factor above it. Scores are those of %s; beside each, the share of ID test images that score lower."
                        .formatted(
                                count(result.examples().size()),
                                count(first.scores().rounded().size()),
                                first.detector()));
        double[] id = first.scores().id().toArray();
        html.open("ul", "class", "attacks");
        for (Example example : result.examples()) {
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

    private void row(String name, String clean, String attacked) {
        html.open("tr").leaf("th", name, "scope", "row");
        page.number(clean);
        page.number(attacked);
        html.close("tr");
    }

    private static String said(double value, double[] id) {
        long lower = Arrays.stream(id).filter(other -> other < value).count();
        return "%s (%s)".formatted(score(value), percent(lower / (double) id.length));
    }

    private void results() {
        page.section("results", "Detectors");
        page.table("Detectors against clean and attacked images");
        page.columns("Detector");
        html.leaf("th", "Targets", "scope", "col", "title", "Whether the targets of the attack are in its gallery");
        for (String set : List.of("clean", "attacked", "8 bits")) {
            page.head("AUROC, " + set, "Area under the ROC curve, and its 95 % interval");
            page.head("FPR@95", "Share of OOD images kept by the threshold that keeps 95 % of these ID images");
        }
        page.rows();
        for (AttackFigures figures : result.figures()) {
            html.open("tr").leaf("th", figures.detector(), "scope", "row");
            html.leaf("td", figures.targetsInGallery() ? "in" : "out");
            for (OodReport set : List.of(figures.clean(), figures.attacked(), figures.rounded())) {
                String low = metric(set.aurocInterval().lower());
                String high = metric(set.aurocInterval().upper());
                html.open("td", "class", "number").leaf("b", metric(set.auroc()));
                html.leaf("div", "%s \u2013 %s".formatted(low, high), "class", "soft");
                html.close("td");
                page.number(metric(set.fprAtTpr()));
            }
            html.close("tr");
        }
        page.endTable();
        page.explain(
                "AUROC: how often a random ID image scores higher than a random OOD image; 0.5 is guessing, below it the attacked images look more at home than those that are. FPR@95: share of OOD images kept by the cut that keeps 95\u00a0% of ID images.");
        html.close("section");
    }

    private void scores() {
        AttackFigures.SetScores scores = first.scores();
        page.section("scores", "Scores of " + first.detector());
        new HistogramCharts(html, "ID test images", scores.id(), OptionalDouble.empty())
                .write(List.of(
                        new HistogramCharts.Series(
                                "clean", scores.clean(), first.clean().auroc()),
                        new HistogramCharts.Series(
                                "attacked, 8 bits",
                                scores.rounded(),
                                first.rounded().auroc())));
        html.close("section");
    }
}
