// SPDX-License-Identifier: Apache-2.0
package io.github.stray.report;

import static io.github.stray.report.Numbers.at;
import static io.github.stray.report.Numbers.count;
import static io.github.stray.report.Numbers.percent;

import io.github.stray.score.Scores;
import io.github.stray.threshold.Calibration;
import java.util.Arrays;
import java.util.List;

/** A table of how many images of each set were judged in and out. */
record VerdictTable(Html html, Page page) {
    /**
     * A set.
     *
     * @param name of the set
     * @param id whether its images belong
     * @param in how many were judged in
     * @param of how many there are, at least 1
     */
    record Row(String name, boolean id, long in, long of) {
        static Row of(String name, boolean id, Scores scores, Calibration cut) {
            long in = Arrays.stream(scores.toArray())
                    .filter(score -> score >= cut.threshold())
                    .count();
            return new Row(name, id, in, scores.size());
        }
    }

    void write(List<Row> rows) {
        page.table("Images judged in and out, by set", "class", "verdicts");
        page.columns("Set", "Share");
        head("in", "Images that score at least the threshold");
        head("out", "Images that score less than the threshold");
        page.head("right", "ID images judged in, OOD images judged out");
        page.rows();
        rows.forEach(this::row);
        page.endTable();
    }

    private void head(String verdict, String explanation) {
        html.open("th", "scope", "col", "class", "number", "title", explanation);
        html.leaf("span", "", "class", "patch " + verdict).text(" " + verdict).close("th");
    }

    private void row(Row row) {
        double in = row.in() / (double) row.of();
        html.open("tr");
        html.open("th", "scope", "row");
        page.label(row.name());
        String side = row.id() ? "ID" : "OOD";
        html.text(" ").leaf("span", side, "class", "chip " + (row.id() ? "id" : "ood"));
        html.close("th").open("td", "class", "share");
        html.svg("0 0 100 10", "preserveAspectRatio", "none", "aria-hidden", "true");
        String cut = at(100 * in);
        html.empty("rect", "class", "in", "x", "0", "y", "0", "width", cut, "height", "10");
        html.empty("rect", "class", "out", "x", cut, "y", "0", "width", at(100 - 100 * in), "height", "10");
        html.close("svg").close("td");
        page.number(count(row.in()));
        page.number(count(row.of() - row.in()));
        page.strong(percent(row.id() ? in : 1 - in));
        html.close("tr");
    }
}
