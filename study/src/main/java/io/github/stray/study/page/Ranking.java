// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.page;

import static io.github.stray.report.Numbers.at;
import static io.github.stray.report.Numbers.metric;

import io.github.stray.report.Axis;
import io.github.stray.report.Html;
import io.github.stray.report.Page;
import io.github.stray.study.result.Cell;
import io.github.stray.study.result.ExtractorResult;
import io.github.stray.study.result.Outcome;
import io.github.stray.study.result.Outcome.Measured;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** AUROC and interval of each extractor for one detector and pair, best first; the script shows others. */
record Ranking(Cells cells, Html html, Page page, Matrix matrix) {
    private static final int STEPS = 5;
    private static final int LEFT = 14;
    private static final int RIGHT = 386;

    /** An extractor's row. */
    private record Row(int place, String extractor, Optional<Cell> cell) {
        Optional<Measured> measured() {
            return cell.flatMap(Cell::measured);
        }

        Optional<Outcome> outcome() {
            return cell.map(Cell::outcome);
        }
    }

    void write() {
        Optional<String> reference = cells.reference();
        if (reference.isEmpty() || cells.size() == 0) {
            return;
        }
        OodPair pair = cells.pairs().getFirst();
        var rows = new ArrayList<Row>();
        for (ExtractorResult extractor : cells.extractors()) {
            rows.add(new Row(rows.size(), extractor.name(), cells.cell(extractor.name(), reference.get(), pair)));
        }
        rows.sort(Comparator.comparingDouble(
                row -> -row.measured().map(Measured::auroc).orElse(-1.0)));
        page.section("extractors", "AUROC per extractor");
        html.open("p", "class", "soft", "id", "ranking-said");
        html.text("%s on %s, with 95\u00a0%% intervals.".formatted(reference.get(), pair.label()));
        html.close("p");
        controls(reference.get());
        double lowest = rows.stream()
                .flatMap(row -> row.measured().stream())
                .mapToDouble(measured -> measured.interval().lower())
                .min()
                .orElse(0.5);
        var axis = new Axis(floor(lowest), 1, LEFT, RIGHT);
        page.table("AUROC per extractor", "class", "ranking", "id", "ranking");
        page.columns("Extractor");
        html.open("td", "class", "dots");
        scale(axis.low());
        html.close("td");
        html.leaf("th", "AUROC", "scope", "col", "class", "number");
        html.leaf("th", "95\u00a0% interval", "scope", "col", "class", "interval");
        page.rows();
        for (Row row : rows) {
            row(row, axis);
        }
        page.endTable();
        html.close("section");
    }

    private void controls(String reference) {
        html.open("div", "class", "controls", "id", "ranking-controls", "hidden", "hidden");
        html.open("label").text("Detector ").open("select", "id", "ranking-detector");
        int place = 0;
        for (String detector : cells.detectors()) {
            String value = Integer.toString(place++);
            if (detector.equals(reference)) {
                html.leaf("option", detector, "value", value, "selected", "selected");
            } else {
                html.leaf("option", detector, "value", value);
            }
        }
        html.close("select").close("label");
        html.open("label").text("Pair ").open("select", "id", "ranking-view");
        matrix.views(false);
        html.close("select").close("label").close("div");
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

    private void scale(double floor) {
        html.open("svg", "viewBox", "0 0 400 18", "class", "dot scale", "aria-hidden", "true", "id", "ranking-scale");
        for (int i = 0; i <= STEPS; i++) {
            String value = String.format(Locale.ROOT, "%.2f", floor + (1 - floor) * i / STEPS);
            html.leaf("text", value, "class", "middle", "x", step(i), "y", "13");
        }
        html.close("svg");
    }

    private static String step(int i) {
        return at(LEFT + (RIGHT - LEFT) * i / (double) STEPS);
    }

    private void row(Row row, Axis axis) {
        html.open("tr", "data-e", Integer.toString(row.place()));
        matrix.extractor(row.extractor(), row.place());
        html.open("td", "class", "dots");
        html.open("svg", "viewBox", "0 0 400 18", "class", "dot", "aria-hidden", "true");
        html.empty("path", "class", "grid", "d", grid());
        String whisker = row.measured().map(cell -> whisker(cell, axis)).orElse("");
        html.empty("path", "class", "whisker", "d", whisker);
        String place = at(row.measured().map(cell -> axis.at(cell.auroc())).orElse(axis.from()));
        String visible = row.measured().isPresent() ? "visible" : "hidden";
        html.empty("circle", "class", "point", "cx", place, "cy", "9", "r", "5", "visibility", visible);
        html.close("svg").close("td");
        if (row.measured().isPresent()) {
            page.number(metric(row.measured().get().auroc()));
        } else {
            matrix.instead(row.outcome(), "number ");
        }
        String interval =
                row.measured().map(cell -> Tables.interval(cell, " \u2013 ")).orElse("");
        html.leaf("td", interval, "class", "interval").close("tr");
    }

    private static String whisker(Measured cell, Axis axis) {
        return "M%s 9H%s"
                .formatted(
                        at(axis.at(cell.interval().lower()) - 0.5),
                        at(axis.at(cell.interval().upper()) + 0.5));
    }

    private static String grid() {
        var path = new StringBuilder();
        for (int i = 0; i <= STEPS; i++) {
            path.append("M%s 0V18".formatted(step(i)));
        }
        return path.toString();
    }
}
