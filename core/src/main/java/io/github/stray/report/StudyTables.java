// SPDX-License-Identifier: Apache-2.0
package io.github.stray.report;

import static io.github.stray.report.Numbers.metric;

import io.github.stray.report.StudyCells.Group;
import io.github.stray.report.StudyReport.Extractor;
import io.github.stray.report.StudyReport.Figures;
import io.github.stray.report.StudyReport.Outcome;
import io.github.stray.report.StudyReport.Pair;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalDouble;

/** Every figure of the study: for each extractor a table of pairs and detectors. */
record StudyTables(StudyReport report, StudyCells cells, Html html, Page page) {
    void write() throws IOException {
        if (report.pairs().isEmpty()
                || report.detectors().isEmpty()
                || report.extractors().isEmpty()) {
            return;
        }
        page.section("figures", "All figures");
        html.leaf(
                "p",
                "AUROC with its 95\u00a0% interval, and FPR@95: the share of OOD images still kept by the cut that keeps 95\u00a0% of the ID images. Published figures stand below ours where extractor, detector and pair are the same.",
                "class",
                "soft");
        Heat.legend(html);
        for (int e = 0; e < report.extractors().size(); e++) {
            extractor(report.extractors().get(e), e);
        }
        html.close("section");
    }

    private void extractor(Extractor extractor, int place) throws IOException {
        String id = "extractor-" + place;
        if (place == 0) {
            html.open("details", "id", id, "class", "figures-of", "open", "open");
        } else {
            html.open("details", "id", id, "class", "figures-of");
        }
        html.open("summary").leaf("span", extractor.name(), "class", "label").close("summary");
        page.table("AUROC of " + extractor.name(), "class", "matrix detailed");
        html.open("thead").open("tr").leaf("th", "ID vs OOD", "scope", "col");
        for (String detector : report.detectors()) {
            StudyMatrix.head(html, detector);
        }
        html.close("tr").close("thead").open("tbody");
        for (Pair pair : report.pairs()) {
            html.open("tr").open("th", "scope", "row");
            html.leaf("span", pair.name(), "class", "label").text(" ");
            if (pair.shift().isPresent()) {
                String word = StudyMatrix.word(pair.shift().get());
                html.leaf("span", word, "class", "chip " + word);
            }
            html.leaf(
                            "div",
                            "n %s / %s".formatted(Numbers.count(pair.idSize()), Numbers.count(pair.oodSize())),
                            "class",
                            "ci")
                    .close("th");
            double best = report.detectors().stream()
                    .flatMap(detector -> cells.figures(extractor.name(), detector, pair).stream())
                    .mapToDouble(Figures::auroc)
                    .max()
                    .orElse(Double.NaN);
            for (String detector : report.detectors()) {
                cell(cells.outcome(extractor.name(), detector, pair), best);
            }
            html.close("tr");
        }
        for (Group group : cells.groups()) {
            html.open("tr", "class", "mean").leaf("th", "Mean over " + group.name(), "scope", "row");
            OptionalDouble best = cells.best(extractor.name(), group.pairs());
            for (String detector : report.detectors()) {
                StudyMatrix.mean(
                        html,
                        cells.mean(extractor.name(), detector, group.pairs()),
                        best,
                        extractor.name() + ", " + detector);
            }
            html.close("tr");
        }
        html.close("tbody");
        page.endTable();
        html.close("details");
    }

    private void cell(Optional<Outcome> outcome, double best) throws IOException {
        if (outcome.isEmpty() || !(outcome.get() instanceof Figures figures)) {
            StudyMatrix.instead(html, outcome);
            return;
        }
        boolean isBest = figures.auroc() == best;
        html.open("td", "class", Heat.of(figures.auroc()) + (isBest ? " best" : ""));
        html.text(metric(figures.auroc()));
        html.leaf("i", figures.amongBest() && !isBest ? "\u2248" : "");
        html.leaf("div", "%s\u2013%s".formatted(metric(figures.low()), metric(figures.high())), "class", "ci");
        html.leaf("div", "FPR " + metric(figures.fpr95()), "class", "ci");
        if (figures.published().isPresent()) {
            html.leaf(
                    "div",
                    "publ. " + metric(figures.published().get().auroc()),
                    "class",
                    "ci publ",
                    "title",
                    "published: " + figures.published().get().source());
        }
        html.close("td");
    }

    /** The published figures beside ours, in one list. */
    void published() throws IOException {
        boolean any = report.cells().stream()
                .anyMatch(cell -> cell.outcome() instanceof Figures figures
                        && figures.published().isPresent());
        if (!any) {
            return;
        }
        page.section("published", "Beside published figures");
        page.table("Our AUROC and published ones", "class", "published");
        html.open("thead").open("tr");
        for (String name : new String[] {"Extractor", "Detector", "Pair"}) {
            html.leaf("th", name, "scope", "col");
        }
        page.head("ours", "AUROC of this study");
        page.head("published", "AUROC as published");
        page.head("difference", "ours minus published");
        html.leaf("th", "Source", "scope", "col");
        html.close("tr").close("thead").open("tbody");
        for (StudyReport.Cell cell : report.cells()) {
            if (cell.outcome() instanceof Figures figures && figures.published().isPresent()) {
                double published = figures.published().get().auroc();
                html.open("tr").leaf("th", cell.extractor(), "scope", "row");
                html.leaf("td", cell.detector()).leaf("td", cell.pair().name());
                page.number(metric(figures.auroc()));
                page.number(metric(published));
                page.number(Numbers.difference(figures.auroc() - published));
                html.leaf("td", figures.published().get().source());
                html.close("tr");
            }
        }
        html.close("tbody");
        page.endTable();
        html.close("section");
    }
}
