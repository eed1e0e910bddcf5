// SPDX-License-Identifier: Apache-2.0
package io.github.stray.report;

import static io.github.stray.report.Numbers.at;
import static io.github.stray.report.Numbers.metric;

import io.github.stray.report.StudyReport.Extractor;
import io.github.stray.report.StudyReport.Figures;
import io.github.stray.report.StudyReport.Outcome;
import io.github.stray.report.StudyReport.Pair;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** AUROC and interval of each extractor for one detector and pair, best first; the script shows others. */
record StudyRanking(StudyReport report, StudyCells cells, Html html, Page page, StudyMatrix matrix) {
    private static final int STEPS = 5;
    private static final int LEFT = 14;
    private static final int RIGHT = 386;

    /** An extractor's row. */
    private record Row(int place, Extractor extractor, Optional<Outcome> outcome) {
        Optional<Figures> figures() {
            return outcome.filter(Figures.class::isInstance).map(Figures.class::cast);
        }
    }

    void write() throws IOException {
        Optional<String> reference = cells.reference();
        if (reference.isEmpty()
                || report.pairs().isEmpty()
                || report.extractors().isEmpty()) {
            return;
        }
        Pair pair = report.pairs().getFirst();
        var rows = new ArrayList<Row>();
        for (Extractor extractor : report.extractors()) {
            rows.add(new Row(rows.size(), extractor, cells.outcome(extractor.name(), reference.get(), pair)));
        }
        rows.sort(Comparator.comparingDouble(
                row -> -row.figures().map(Figures::auroc).orElse(-1.0)));
        page.section("extractors", "AUROC per extractor");
        html.open("p", "class", "soft", "id", "ranking-said");
        html.text("%s on %s, with 95\u00a0%% intervals.".formatted(reference.get(), StudyMatrix.label(pair)));
        html.close("p");
        html.open("div", "class", "controls", "id", "ranking-controls", "hidden", "hidden");
        html.open("label").text("Detector ").open("select", "id", "ranking-detector");
        int place = 0;
        for (String detector : report.detectors()) {
            if (detector.equals(reference.get())) {
                html.leaf("option", detector, "value", Integer.toString(place), "selected", "selected");
            } else {
                html.leaf("option", detector, "value", Integer.toString(place));
            }
            place++;
        }
        html.close("select").close("label");
        html.open("label").text("Pair ").open("select", "id", "ranking-view");
        matrix.views(false);
        html.close("select").close("label");
        html.close("div");
        double lowest = rows.stream()
                .flatMap(row -> row.figures().stream())
                .mapToDouble(Figures::low)
                .min()
                .orElse(0.5);
        double floor = floor(lowest);
        page.table("AUROC per extractor", "class", "ranking", "id", "ranking");
        html.open("thead").open("tr").leaf("th", "Extractor", "scope", "col");
        html.open("td", "class", "dots");
        scale(floor);
        html.close("td");
        html.leaf("th", "AUROC", "scope", "col", "class", "number");
        html.leaf("th", "95\u00a0% interval", "scope", "col", "class", "interval");
        html.close("tr").close("thead").open("tbody");
        for (Row row : rows) {
            row(row, new Axis(floor, 1, LEFT, RIGHT));
        }
        html.close("tbody");
        page.endTable();
        html.close("section");
    }

    /** Where the axis begins: a round number below the lowest interval, at most 0.95. */
    static double floor(double lowest) {
        for (double floor : new double[] {0.95, 0.9, 0.75, 0.5}) {
            if (lowest >= floor + 0.005) {
                return floor;
            }
        }
        return 0;
    }

    private void scale(double floor) throws IOException {
        html.open("svg", "viewBox", "0 0 400 18", "class", "dot scale", "aria-hidden", "true", "id", "ranking-scale");
        for (int i = 0; i <= STEPS; i++) {
            html.leaf(
                    "text",
                    String.format(Locale.ROOT, "%.2f", floor + (1 - floor) * i / STEPS),
                    "class",
                    "middle",
                    "x",
                    at(LEFT + (RIGHT - LEFT) * i / (double) STEPS),
                    "y",
                    "13");
        }
        html.close("svg");
    }

    private void row(Row row, Axis axis) throws IOException {
        html.open("tr", "data-e", Integer.toString(row.place()));
        html.open("th", "scope", "row");
        html.leaf(
                "a",
                Page.brief(row.extractor().name()),
                "href",
                "#extractor-" + row.place(),
                "title",
                row.extractor().name());
        html.close("th");
        html.open("td", "class", "dots");
        html.open("svg", "viewBox", "0 0 400 18", "class", "dot", "aria-hidden", "true");
        html.empty("path", "class", "grid", "d", grid());
        String whisker = row.figures()
                .map(figures ->
                        "M%s 9H%s".formatted(at(axis.at(figures.low()) - 0.5), at(axis.at(figures.high()) + 0.5)))
                .orElse("");
        String place = at(row.figures().map(figures -> axis.at(figures.auroc())).orElse(axis.from()));
        String visible = row.figures().isPresent() ? "visible" : "hidden";
        html.empty("path", "class", "whisker", "d", whisker);
        html.empty("circle", "class", "point", "cx", place, "cy", "9", "r", "5", "visibility", visible);
        html.close("svg").close("td");
        if (row.figures().isPresent()) {
            page.number(metric(row.figures().get().auroc()));
        } else {
            StudyMatrix.instead(html, row.outcome(), "number ");
        }
        html.leaf(
                "td",
                row.figures()
                        .map(figures -> "%s \u2013 %s".formatted(metric(figures.low()), metric(figures.high())))
                        .orElse(""),
                "class",
                "interval");
        html.close("tr");
    }

    private static String grid() {
        var path = new StringBuilder();
        for (int i = 0; i <= STEPS; i++) {
            path.append("M%s 0V18".formatted(at(LEFT + (RIGHT - LEFT) * i / (double) STEPS)));
        }
        return path.toString();
    }
}
