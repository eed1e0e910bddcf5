// SPDX-License-Identifier: Apache-2.0
package io.github.stray.report;

import static io.github.stray.report.Numbers.at;

import java.io.IOException;
import java.util.List;

/** The ROC curves of all sets in one square. */
final class RocChart {
    /** Colours before the dashes change; the style sheet has as many. */
    static final int COLOURS = 8;

    private static final int VERTICES = 200;
    private static final List<String> DASHES = List.of("none", "7 4", "2 3", "9 3 2 3");
    private static final double LEFT = 76;
    private static final double RIGHT = 524;
    private static final double TOP = 12;
    private static final double BOTTOM = 460;

    private RocChart() {}

    static void write(Html html, List<RocCurve> curves, List<String> names) throws IOException {
        var across = new Axis(0, 1, LEFT, RIGHT);
        var up = new Axis(0, 1, BOTTOM, TOP);
        html.open(
                "svg",
                "xmlns",
                "http://www.w3.org/2000/svg",
                "viewBox",
                "0 0 552 512",
                "role",
                "img",
                "class",
                "chart roc",
                "aria-labelledby",
                "roc-title roc-desc");
        html.leaf("title", "ROC curves", "id", "roc-title");
        html.leaf(
                "desc",
                "Share of ID images kept against share of OOD images kept, one curve for each of %d sets. The areas under the curves are the AUROCs of the table of results."
                        .formatted(curves.size()),
                "id",
                "roc-desc");
        for (int i = 0; i <= 5; i++) {
            double share = i / 5.0;
            String x = at(across.at(share));
            String y = at(up.at(share));
            html.empty("path", "class", "grid", "d", "M%s %sV%s".formatted(x, at(TOP), at(BOTTOM)));
            html.empty("path", "class", "grid", "d", "M%s %sH%s".formatted(at(LEFT), y, at(RIGHT)));
            html.leaf("text", 20 * i + "\u2009%", "class", "tick middle", "x", x, "y", at(BOTTOM + 20));
            html.leaf("text", 20 * i + "\u2009%", "class", "tick end", "x", at(LEFT - 8), "y", at(up.at(share) + 4));
        }
        html.empty("path", "class", "chance", "d", "M%s %sL%s %s".formatted(at(LEFT), at(BOTTOM), at(RIGHT), at(TOP)));
        html.empty("path", "class", "cut", "d", "M%s %sH%s".formatted(at(LEFT), at(up.at(0.95)), at(RIGHT)));
        html.leaf(
                "text",
                "95\u2009% of ID kept",
                "class",
                "tick strong end",
                "x",
                at(RIGHT - 4),
                "y",
                at(up.at(0.95) + 17));
        for (int i = 0; i < curves.size(); i++) {
            RocCurve.Point mark = curves.get(i).atTpr(0.95);
            html.open("g", "class", "series s" + i % COLOURS, "data-series", Integer.toString(i));
            html.leaf("title", names.get(i));
            html.empty("path", "d", path(curves.get(i).thinned(VERTICES), across, up), "stroke-dasharray", dashes(i));
            html.empty("circle", "cx", at(across.at(mark.fpr())), "cy", at(up.at(mark.tpr())), "r", "5");
            html.close("g");
        }
        html.leaf(
                "text",
                "OOD images kept (false-positive rate)",
                "class",
                "name middle",
                "x",
                at((LEFT + RIGHT) / 2),
                "y",
                "504");
        html.leaf(
                "text",
                "ID images kept (true-positive rate)",
                "class",
                "name middle",
                "transform",
                "translate(14 %s) rotate(-90)".formatted(at((TOP + BOTTOM) / 2)));
        html.close("svg");
    }

    /** A piece of the line of a series. */
    static void swatch(Html html, int series) throws IOException {
        html.open(
                "svg",
                "xmlns",
                "http://www.w3.org/2000/svg",
                "viewBox",
                "0 0 32 10",
                "class",
                "swatch",
                "aria-hidden",
                "true");
        html.open("g", "class", "series s" + series % COLOURS);
        html.empty("path", "d", "M1 5H31", "stroke-dasharray", dashes(series));
        html.close("g");
        html.close("svg");
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
