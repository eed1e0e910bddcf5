// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.page;

import static io.github.stray.report.Numbers.metric;

import io.github.stray.report.Html;
import io.github.stray.report.Page;
import io.github.stray.study.page.Cells.Group;
import io.github.stray.study.page.Cells.Mean;
import io.github.stray.study.result.ExtractorResult;
import io.github.stray.study.result.Outcome;
import io.github.stray.study.result.Outcome.Failed;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The mean AUROC of every extractor and detector as one table; the script shows other pairs in it. */
record Matrix(Cells cells, Html html, Page page) {
    void write() {
        List<OodPair> pairs = cells.pairs();
        page.section("overview", "AUROC of every detector");
        String over = pairs.size() == 1
                ? "The pair is %s.".formatted(pairs.getFirst().name())
                : "Means over %d pairs, each counting the same.".formatted(pairs.size());
        page.explain(
                "How often a random ID image scores higher than a random OOD image: 0.5 is guessing, 1 is perfect. %s Point at a cell for its details, choose an extractor for all of its figures."
                        .formatted(over));
        controls();
        page.table("AUROC by extractor and detector", "class", "matrix", "id", "matrix");
        head("Extractor");
        int place = 0;
        for (ExtractorResult extractor : cells.extractors()) {
            html.open("tr", "data-e", Integer.toString(place));
            extractor(extractor.name(), place++);
            means(cells.row(extractor.name(), pairs));
            html.close("tr");
        }
        html.close("tbody");
        if (cells.extractors().size() > 1) {
            html.open("tfoot").open("tr", "data-e", Integer.toString(place));
            html.leaf("th", Cells.OVERALL, "scope", "row");
            means(cells.overall(pairs));
            html.close("tr").close("tfoot");
        }
        html.close("table").close("div");
        Heat.legend(html);
        html.close("section");
    }

    /** The heading of an extractor's row, which leads to its figures. */
    void extractor(String name, int place) {
        html.open("th", "scope", "row");
        html.leaf("a", Page.brief(name), "href", "#extractor-" + place, "title", name);
        html.close("th");
    }

    private void controls() {
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

    private void filter(String id, String name) {
        html.open("label").text(name + " ");
        html.empty("input", "id", id, "type", "search", "placeholder", "part of a name", "autocomplete", "off");
        html.close("label");
    }

    /** Options of the means, where wanted, and of the pairs; the script counts them through. */
    void views(boolean means) {
        int view = 0;
        for (Group group : cells.groups()) {
            if (means) {
                String name = "mean over %s (%d)"
                        .formatted(group.name(), group.pairs().size());
                html.leaf("option", name, "value", Integer.toString(view));
            }
            view++;
        }
        for (OodPair pair : cells.pairs()) {
            html.leaf("option", pair.label(), "value", Integer.toString(view++));
        }
    }

    /** The headings of the columns, those of the detectors upright, and the start of the rows. */
    void head(String first) {
        page.columns(first);
        for (String detector : cells.detectors()) {
            html.open("th", "scope", "col", "class", "upright", "title", detector);
            html.leaf("span", Page.brief(detector)).close("th");
        }
        page.rows();
    }

    /** The cells of a row of means. */
    void means(List<Mean> row) {
        Optional<Mean> best = Cells.best(row);
        for (Mean mean : row) {
            if (mean.ran() == 0) {
                instead(mean.missing(), "");
                continue;
            }
            boolean isBest = mean.isBest(best);
            String shade = Heat.of(mean.auroc()) + (isBest ? " best" : mean.failedInPart() ? " lost" : "");
            String title = "%s, %s: %s".formatted(mean.extractor(), mean.detector(), said(mean));
            html.open("td", "class", shade, "title", title).text(metric(mean.auroc()));
            html.leaf("i", !mean.complete() ? "*" : mean.amongBest() && !isBest ? "\u2248" : "");
            html.close("td");
        }
    }

    private static String said(Mean mean) {
        if (mean.complete()) {
            return metric(mean.auroc());
        }
        String counted = "%s over %d of %d %s".formatted(metric(mean.auroc()), mean.ran(), mean.of(), mean.over());
        return mean.over().equals("pairs") ? counted + "; else " + why(mean.missing()) : counted;
    }

    /** A cell without figures. */
    void instead(Optional<Outcome> outcome, String style) {
        boolean failed = outcome.isPresent() && outcome.get() instanceof Failed;
        String word = outcome.map(Outcome::status).orElse("\u2013");
        html.leaf("td", word, "class", style + (failed ? "failed" : "na"), "title", why(outcome));
    }

    private static String why(Optional<Outcome> outcome) {
        return outcome.map(each -> each.status() + ": " + each.reason()).orElse("not run");
    }

    /** Means of the groups, then pairs, in the order of the options. */
    List<Group> allViews() {
        var views = new ArrayList<>(cells.groups());
        cells.pairs().forEach(pair -> views.add(new Group(pair.name(), List.of(pair))));
        return views;
    }
}
