// SPDX-License-Identifier: Apache-2.0
package io.github.stray.report;

import static io.github.stray.report.Numbers.at;

import java.io.IOException;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Histograms of the ID set and one OOD set over each other. All charts of a report share range, bins and heights.
 *
 * @param range scores shown
 * @param top share at the upper end of the vertical axis; higher bins are cut there
 * @param threshold the cut, if it is finite
 */
record HistogramChart(ScoreRange range, double top, OptionalDouble threshold) {
    private static final double WIDTH = 360;
    private static final double HEIGHT = 214;
    private static final double LEFT = 48;
    private static final double RIGHT = 350;
    private static final double TOP = 22;
    private static final double BOTTOM = 170;

    void write(Html html, double[] id, double[] ood, String key, String title, String description) throws IOException {
        var across = new Axis(range.low(), range.high(), LEFT, RIGHT);
        var up = new Axis(0, top, BOTTOM, TOP);
        html.open(
                "svg",
                "xmlns",
                "http://www.w3.org/2000/svg",
                "viewBox",
                "0 0 %s %s".formatted(at(WIDTH), at(HEIGHT)),
                "role",
                "img",
                "class",
                "chart",
                "aria-labelledby",
                key + "-title " + key + "-desc");
        html.leaf("title", title, "id", key + "-title");
        html.leaf("desc", description, "id", key + "-desc");
        List<Double> shares = up.ticks(3);
        for (double share : shares) {
            String y = at(up.at(share));
            html.empty("path", "class", "grid", "d", "M%s %sH%s".formatted(at(LEFT), y, at(RIGHT)));
            html.leaf(
                    "text",
                    Axis.label(
                                    100 * share,
                                    shares.stream().map(each -> 100 * each).toList()) + "\u2009%",
                    "class",
                    "tick end",
                    "x",
                    at(LEFT - 6),
                    "y",
                    at(up.at(share) + 4));
        }
        html.empty("path", "class", "area id", "d", area(id, up));
        html.empty("path", "class", "area ood", "d", area(ood, up));
        html.empty("path", "class", "line id", "d", outline(id, up));
        html.empty("path", "class", "line ood", "d", outline(ood, up));
        html.empty("path", "class", "axis", "d", "M%s %sH%s".formatted(at(LEFT), at(BOTTOM), at(RIGHT)));
        List<Double> scores = across.ticks(5);
        for (double score : scores) {
            String x = at(across.at(score));
            html.empty("path", "class", "axis", "d", "M%s %sv4".formatted(x, at(BOTTOM)));
            html.leaf("text", Axis.label(score, scores), "class", "tick middle", "x", x, "y", at(BOTTOM + 17));
        }
        html.leaf(
                "text",
                "score (higher = more in-distribution)",
                "class",
                "name middle",
                "x",
                at((LEFT + RIGHT) / 2),
                "y",
                at(HEIGHT - 8));
        if (threshold.isPresent()) {
            mark(html, across, threshold.getAsDouble());
        }
        html.close("svg");
    }

    private void mark(Html html, Axis across, double cut) throws IOException {
        double x = across.at(cut);
        String beyond = cut < range.low() ? " (further left)" : cut > range.high() ? " (further right)" : "";
        String side = x > LEFT + 0.75 * (RIGHT - LEFT) ? "end" : x < LEFT + 0.25 * (RIGHT - LEFT) ? "start" : "middle";
        html.empty("path", "class", "cut", "d", "M%s %sV%s".formatted(at(x), at(TOP - 4), at(BOTTOM)));
        html.leaf(
                "text",
                "threshold " + Numbers.score(cut) + beyond,
                "class",
                "tick strong " + side,
                "x",
                at(x),
                "y",
                at(TOP - 9));
    }

    /** Bins for a set of this size: five times its cube root, 20 to 60. */
    static int bins(int samples) {
        return Math.clamp((int) Math.ceil(5 * Math.cbrt(samples)), 20, 60);
    }

    private static double edge(int bin, double[] shares) {
        return LEFT + (RIGHT - LEFT) * bin / shares.length;
    }

    private String area(double[] shares, Axis up) {
        var path = new StringBuilder("M%s %s".formatted(at(LEFT), at(BOTTOM)));
        for (int bin = 0; bin < shares.length; bin++) {
            path.append("V%sH%s".formatted(at(up.at(shares[bin])), at(edge(bin + 1, shares))));
        }
        return path.append("V%sZ".formatted(at(BOTTOM))).toString();
    }

    /** The upper edge alone, without the stretches where there is nothing. */
    private String outline(double[] shares, Axis up) {
        var path = new StringBuilder();
        boolean drawing = false;
        for (int bin = 0; bin < shares.length; bin++) {
            if (shares[bin] > 0) {
                if (!drawing) {
                    path.append("M%s %s".formatted(at(edge(bin, shares)), at(BOTTOM)));
                }
                path.append("V%sH%s".formatted(at(up.at(shares[bin])), at(edge(bin + 1, shares))));
                drawing = true;
            } else if (drawing) {
                path.append("V%s".formatted(at(BOTTOM)));
                drawing = false;
            }
        }
        return drawing ? path.append("V%s".formatted(at(BOTTOM))).toString() : path.toString();
    }
}
