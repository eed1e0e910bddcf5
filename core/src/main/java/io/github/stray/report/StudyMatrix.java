// SPDX-License-Identifier: Apache-2.0
package io.github.stray.report;

import static io.github.stray.report.Numbers.metric;

import io.github.stray.report.StudyCells.Group;
import io.github.stray.report.StudyCells.Mean;
import io.github.stray.report.StudyReport.Extractor;
import io.github.stray.report.StudyReport.Failed;
import io.github.stray.report.StudyReport.NotApplicable;
import io.github.stray.report.StudyReport.Outcome;
import io.github.stray.report.StudyReport.Pair;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** The mean AUROC of every extractor and detector as one table; the script shows other pairs in it. */
record StudyMatrix(StudyReport report, StudyCells cells, Html html, Page page) {
    void write() throws IOException {
        List<Pair> pairs = report.pairs();
        page.section("overview", "AUROC of every detector");
        html.leaf(
                "p",
                "How often a random ID image scores higher than a random OOD image: 0.5 is guessing, 1 is perfect. %s Point at a cell for its details, choose an extractor for all of its figures."
                        .formatted(
                                pairs.size() == 1
                                        ? "The pair is %s."
                                                .formatted(pairs.getFirst().name())
                                        : "Means over %d pairs, each counting the same.".formatted(pairs.size())),
                "class",
                "soft");
        controls();
        page.table("AUROC by extractor and detector", "class", "matrix", "id", "matrix");
        html.open("thead").open("tr").leaf("th", "Extractor", "scope", "col");
        for (String detector : report.detectors()) {
            head(html, detector);
        }
        html.close("tr").close("thead").open("tbody");
        int row = 0;
        for (Extractor extractor : report.extractors()) {
            OptionalDouble best = cells.best(extractor.name(), pairs);
            html.open("tr", "data-e", Integer.toString(row));
            html.open("th", "scope", "row");
            html.leaf("a", Page.brief(extractor.name()), "href", "#extractor-" + row, "title", extractor.name());
            html.close("th");
            for (String detector : report.detectors()) {
                mean(html, cells.mean(extractor.name(), detector, pairs), best, extractor.name() + ", " + detector);
            }
            html.close("tr");
            row++;
        }
        html.close("tbody");
        overall();
        page.endTable();
        Heat.legend(html);
        html.close("section");
    }

    /** The last row: each detector over all extractors. */
    private void overall() throws IOException {
        if (report.extractors().size() < 2) {
            return;
        }
        html.open("tfoot")
                .open("tr", "data-e", Integer.toString(report.extractors().size()));
        html.leaf("th", StudyData.OVERALL, "scope", "row");
        OptionalDouble best = cells.bestOverall(report.pairs());
        for (String detector : report.detectors()) {
            mean(html, cells.overall(detector, report.pairs()), best, StudyData.OVERALL + ", " + detector);
        }
        html.close("tr").close("tfoot");
    }

    private void controls() throws IOException {
        html.open("div", "class", "controls", "id", "matrix-controls", "hidden", "hidden");
        html.open("label").text("Show ").open("select", "id", "matrix-view");
        views(true);
        html.close("select").close("label");
        html.open("label").text("Metric ").open("select", "id", "matrix-metric");
        html.leaf("option", "AUROC", "value", "auroc").leaf("option", "FPR@95", "value", "fpr");
        html.close("select").close("label");
        filter("matrix-extractors", "Extractors");
        filter("matrix-detectors", "Detectors");
        html.leaf("span", "", "id", "matrix-said", "class", "soft", "role", "status");
        html.close("div");
    }

    private void filter(String id, String name) throws IOException {
        html.open("label").text(name + " ");
        html.empty("input", "id", id, "type", "search", "placeholder", "part of a name", "autocomplete", "off");
        html.close("label");
    }

    /** Options of the means, where wanted, and of the pairs; the script counts them through. */
    void views(boolean means) throws IOException {
        int view = 0;
        for (Group group : cells.groups()) {
            if (means) {
                html.leaf(
                        "option",
                        "mean over %s (%d)"
                                .formatted(group.name(), group.pairs().size()),
                        "value",
                        Integer.toString(view));
            }
            view++;
        }
        for (Pair pair : report.pairs()) {
            html.leaf("option", label(pair), "value", Integer.toString(view++));
        }
    }

    static String label(Pair pair) {
        return pair.name() + pair.shift().map(shift -> " (" + word(shift) + ")").orElse("");
    }

    static String word(OodResult.Shift shift) {
        return shift == OodResult.Shift.NEAR ? "near" : "far";
    }

    /** The heading of a detector's column, upright. */
    static void head(Html html, String detector) throws IOException {
        html.open("th", "scope", "col", "class", "upright", "title", detector);
        html.leaf("span", Page.brief(detector)).close("th");
    }

    /** A cell with a mean, or with what there is instead. */
    static void mean(Html html, Mean mean, OptionalDouble best, String of) throws IOException {
        if (mean.ran() == 0) {
            instead(html, mean.missing());
            return;
        }
        boolean isBest = mean.complete() && best.isPresent() && mean.auroc() == best.getAsDouble();
        String mark = !mean.complete() ? "*" : mean.amongBest() && !isBest ? "\u2248" : "";
        html.open(
                "td",
                "class",
                Heat.of(mean.auroc()) + (isBest ? " best" : mean.failedInPart() ? " lost" : ""),
                "title",
                "%s: %s".formatted(of, mean.complete() ? metric(mean.auroc()) : partial(mean)));
        html.text(metric(mean.auroc()));
        html.leaf("i", mark).close("td");
    }

    static String partial(Mean mean) {
        String counted = "%s over %d of %d %s".formatted(metric(mean.auroc()), mean.ran(), mean.of(), mean.over());
        return mean.over().equals("pairs")
                ? counted + "; else " + mean.missing().map(StudyMatrix::reason).orElse("not run")
                : counted;
    }

    /** A cell without figures. */
    static void instead(Html html, Optional<Outcome> outcome) throws IOException {
        instead(html, outcome, "");
    }

    static void instead(Html html, Optional<Outcome> outcome, String style) throws IOException {
        html.leaf(
                "td",
                outcome.map(StudyMatrix::word).orElse("\u2013"),
                "class",
                style
                        + outcome.map(each -> each instanceof Failed ? "failed" : "na")
                                .orElse("na"),
                "title",
                outcome.map(StudyMatrix::reason).orElse("not run"));
    }

    private static String word(Outcome outcome) {
        return outcome instanceof Failed ? "failed" : "n/a";
    }

    private static String reason(Outcome outcome) {
        return switch (outcome) {
            case Failed failed -> "failed: " + failed.reason();
            case NotApplicable absent -> "n/a: " + absent.reason();
            case StudyReport.Figures ignored -> "";
        };
    }

    /** Means of the groups, then pairs, in the order of the options. */
    List<Group> allViews() {
        var views = new ArrayList<>(cells.groups());
        report.pairs().forEach(pair -> views.add(new Group(pair.name(), List.of(pair))));
        return views;
    }
}
