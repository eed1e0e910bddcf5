// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.page;

import static io.github.stray.report.Numbers.count;
import static io.github.stray.report.Numbers.metric;

import io.github.stray.report.Html;
import io.github.stray.report.Numbers;
import io.github.stray.report.Page;
import io.github.stray.study.page.Cells.Group;
import io.github.stray.study.result.Cell;
import io.github.stray.study.result.ExtractorResult;
import io.github.stray.study.result.Outcome.Measured;
import io.github.stray.study.result.StudyResults;
import io.github.stray.study.suite.PublishedFigure;
import java.util.List;
import java.util.Optional;

/** Every figure of the study: for each extractor a table of pairs and detectors. */
record Tables(StudyResults results, Cells cells, Html html, Page page, Matrix matrix) {
    void write() {
        if (cells.size() == 0) {
            return;
        }
        page.section("figures", "All figures");
        page.explain(
                "AUROC with its 95\u00a0% interval, and FPR@95: the share of OOD images still kept by the cut that keeps 95\u00a0% of the ID images. Published figures stand below ours where extractor, detector and pair are the same.");
        Heat.legend(html);
        int place = 0;
        for (ExtractorResult extractor : cells.extractors()) {
            extractor(extractor.name(), place++);
        }
        html.close("section");
    }

    private void extractor(String extractor, int place) {
        page.details(place == 0, "id", "extractor-" + place, "class", "figures-of");
        html.open("summary").leaf("span", extractor, "class", "label").close("summary");
        page.table("AUROC of " + extractor, "class", "matrix detailed");
        matrix.head("ID vs OOD");
        for (OodPair pair : cells.pairs()) {
            html.open("tr").open("th", "scope", "row");
            html.leaf("span", pair.name(), "class", "label").text(" ");
            pair.shift().ifPresent(word -> html.leaf("span", word, "class", "chip " + word));
            String sizes = "n %s / %s".formatted(count(pair.idSize()), count(pair.oodSize()));
            html.leaf("div", sizes, "class", "ci").close("th");
            double best = cells.detectors().stream()
                    .flatMap(detector -> cells.measured(extractor, detector, pair).stream())
                    .mapToDouble(Measured::auroc)
                    .max()
                    .orElse(Double.NaN);
            for (String detector : cells.detectors()) {
                cell(cells.cell(extractor, detector, pair), best);
            }
            html.close("tr");
        }
        for (Group group : cells.groups()) {
            html.open("tr", "class", "mean").leaf("th", "Mean over " + group.name(), "scope", "row");
            matrix.means(cells.row(extractor, group.pairs()));
            html.close("tr");
        }
        page.endTable();
        html.close("details");
    }

    private void cell(Optional<Cell> cell, double best) {
        Optional<Measured> measured = cell.flatMap(Cell::measured);
        if (measured.isEmpty()) {
            matrix.instead(cell.map(Cell::outcome), "");
            return;
        }
        double auroc = measured.get().auroc();
        boolean isBest = auroc == best;
        html.open("td", "class", Heat.of(auroc) + (isBest ? " best" : "")).text(metric(auroc));
        html.leaf("i", cell.orElseThrow().within().amongBest() && !isBest ? "\u2248" : "");
        html.leaf("div", interval(measured.get(), "\u2013"), "class", "ci");
        html.leaf("div", "FPR " + metric(measured.get().fpr95()), "class", "ci");
        Optional<PublishedFigure> published = published(cell.get());
        if (published.isPresent()) {
            String source = "published: " + published.get().source();
            html.leaf("div", "publ. " + metric(published.get().auroc()), "class", "ci publ", "title", source);
        }
        html.close("td");
    }

    /** Both ends of the interval of an AUROC. */
    static String interval(Measured measured, String between) {
        return metric(measured.interval().lower())
                + between
                + metric(measured.interval().upper());
    }

    private Optional<PublishedFigure> published(Cell cell) {
        return results.suite().published().stream()
                .filter(figure -> figure.pair().equals(cell.pair())
                        && figure.ood().equals(cell.comparison().name())
                        && figure.detector().equals(cell.detector())
                        && figure.extractor().equals(cell.extractor()))
                .findFirst();
    }

    /** The published figures beside ours, in one list. */
    void published() {
        List<Cell> both = results.cells().stream()
                .filter(cell -> cell.measured().isPresent() && published(cell).isPresent())
                .toList();
        if (both.isEmpty()) {
            return;
        }
        page.section("published", "Beside published figures");
        page.table("Our AUROC and published ones", "class", "published");
        page.columns("Extractor", "Detector", "Pair");
        page.head("ours", "AUROC of this study");
        page.head("published", "AUROC as published");
        page.head("difference", "ours minus published");
        page.columns("Source");
        page.rows();
        for (Cell cell : both) {
            double ours = cell.measured().orElseThrow().auroc();
            PublishedFigure published = published(cell).orElseThrow();
            html.open("tr").leaf("th", cell.extractor(), "scope", "row");
            html.leaf("td", cell.detector()).leaf("td", OodPair.of(cell).name());
            page.number(metric(ours));
            page.number(metric(published.auroc()));
            page.number(Numbers.difference(ours - published.auroc()));
            html.leaf("td", published.source()).close("tr");
        }
        page.endTable();
        html.close("section");
    }
}
