// SPDX-License-Identifier: Apache-2.0
package io.github.stray.report;

import static io.github.stray.report.Numbers.at;
import static io.github.stray.report.Numbers.metric;

import io.github.stray.score.IdOodScores;
import java.util.List;

/** A section of ROC curves, all in one square. */
public final class RocChart {
    /** Colours before the dashes change; the style sheet has as many. */
    static final int COLOURS = 8;

    private static final int VERTICES = 200;
    private static final List<String> DASHES = List.of("none", "7 4", "2 3", "9 3 2 3");
    private static final double LEFT = 76;
    private static final double RIGHT = 524;
    private static final double TOP = 12;
    private static final double BOTTOM = 460;

    private RocChart() {}

    /**
     * A curve.
     *
     * @param name what it is of
     * @param by whose scores they are; empty where all curves are of the same detector
     * @param scores both sides, at least one score each
     * @param auroc the area under it
     */
    public record Series(String name, String by, IdOodScores scores, double auroc) {
        private String title() {
            return by.isEmpty() ? name : name + ", " + by;
        }
    }

    /**
     * Writes the section.
     *
     * @param html receives it
     * @param page the page it belongs to
     * @param all the curves, at least one
     */
    public static void section(Html html, Page page, List<Series> all) {
        page.section("roc", "ROC curves");
        page.explain(
                "Every possible threshold at once: how many ID images it keeps (up) and how many OOD images it lets through (right). Up and left is better; the dotted diagonal is guessing. The dots are FPR@95.");
        html.open("div", "class", "roc-box").open("figure");
        draw(html, all);
        html.close("figure").open("ul", "class", "series-key");
        for (int i = 0; i < all.size(); i++) {
            Series series = all.get(i);
            html.open("li", "data-series", Integer.toString(i));
            swatch(html, i);
            if (series.by().isEmpty()) {
                page.label(series.name());
            } else {
                html.open("span").leaf("span", series.name(), "class", "label");
                html.leaf("span", series.by(), "class", "by").close("span");
            }
            html.leaf("span", metric(series.auroc()), "class", "number").close("li");
        }
        html.close("ul").close("div").close("section");
    }

    private static void draw(Html html, List<Series> all) {
        var across = new Axis(0, 1, LEFT, RIGHT);
        var up = new Axis(0, 1, BOTTOM, TOP);
        String description =
                "Share of ID images kept against share of OOD images kept, one curve for each of %d sets. The areas under the curves are the AUROCs of the table of results."
                        .formatted(all.size());
        Svg svg = Svg.open(html, 552, 512, "chart roc", "roc", "ROC curves", description);
        for (int i = 0; i <= 5; i++) {
            double x = across.at(i / 5.0);
            double y = up.at(i / 5.0);
            svg.path("grid", "M%s %sV%s".formatted(at(x), at(TOP), at(BOTTOM)));
            svg.level("grid", LEFT, RIGHT, y);
            svg.text("tick middle", x, BOTTOM + 20, 20 * i + "\u2009%");
            svg.text("tick end", LEFT - 8, y + 4, 20 * i + "\u2009%");
        }
        svg.path("chance", "M%s %sL%s %s".formatted(at(LEFT), at(BOTTOM), at(RIGHT), at(TOP)));
        svg.level("cut", LEFT, RIGHT, up.at(0.95));
        svg.text("tick strong end", RIGHT - 4, up.at(0.95) + 17, "95\u2009% of ID kept");
        for (int i = 0; i < all.size(); i++) {
            RocCurve curve = RocCurve.of(all.get(i).scores());
            html.open("g", "class", "series s" + i % COLOURS, "data-series", Integer.toString(i));
            html.leaf("title", all.get(i).title());
            html.empty("path", "d", path(curve.thinned(VERTICES), across, up), "stroke-dasharray", dashes(i));
            RocCurve.Point cut = curve.cut();
            html.empty("circle", "cx", at(across.at(cut.fpr())), "cy", at(up.at(cut.tpr())), "r", "5");
            html.close("g");
        }
        svg.text("name middle", (LEFT + RIGHT) / 2, 504, "OOD images kept (false-positive rate)");
        svg.upwards(14, (TOP + BOTTOM) / 2, "ID images kept (true-positive rate)");
        svg.close();
    }

    /** A piece of the line of a series. */
    private static void swatch(Html html, int series) {
        html.svg("0 0 32 10", "class", "swatch", "aria-hidden", "true");
        html.open("g", "class", "series s" + series % COLOURS);
        html.empty("path", "d", "M1 5H31", "stroke-dasharray", dashes(series));
        html.close("g").close("svg");
    }

    private static String dashes(int series) {
        return DASHES.get(series / COLOURS % DASHES.size());
    }

    private static String path(RocCurve curve, Axis across, Axis up) {
        var path = new StringBuilder();
        for (RocCurve.Point point : curve.points()) {
            path.append(path.isEmpty() ? 'M' : 'L')
                    .append(at(across.at(point.fpr())))
                    .append(' ')
                    .append(at(up.at(point.tpr())));
        }
        return path.toString();
    }
}
