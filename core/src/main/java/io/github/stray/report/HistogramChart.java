// SPDX-License-Identifier: Apache-2.0
package io.github.stray.report;

import static io.github.stray.report.Numbers.at;
import static io.github.stray.report.Numbers.percent;
import static io.github.stray.report.Numbers.score;

import io.github.stray.score.Scores;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/** Histograms of ID scores and of one OOD set over each other; those of one object share range, bins and heights. */
public final class HistogramChart {
    private static final double WIDTH = 360;
    private static final double HEIGHT = 214;
    private static final double LEFT = 48;
    private static final double RIGHT = 350;
    private static final double TOP = 22;
    private static final double BOTTOM = 170;

    private final Scores id;
    private final OptionalDouble threshold;
    private final ScoreRange range;
    private final double[] idShares;
    private final double top;

    /**
     * Axes for these scores.
     *
     * @param id scores of the ID images, at least one
     * @param ood scores of the OOD sets that are to be drawn
     * @param threshold a finite cut to mark, if there is one
     */
    public HistogramChart(Scores id, List<Scores> ood, OptionalDouble threshold) {
        this.id = id;
        this.threshold = threshold;
        this.range = ScoreRange.of(id, ood);
        this.idShares = shares(id);
        double idPeak = peak(idShares);
        double oodPeak =
                ood.stream().mapToDouble(scores -> peak(shares(scores))).max().orElse(0);
        this.top = 1.08 * Math.max(idPeak, Math.min(oodPeak, 3 * idPeak));
    }

    /** Bins by the size of the ID set: five times its cube root, 20 to 60. */
    private double[] shares(Scores scores) {
        return range.histogram(scores, Math.clamp((int) Math.ceil(5 * Math.cbrt(id.size())), 20, 60));
    }

    /**
     * Draws the ID scores and those of one set.
     *
     * @param html receives the drawing
     * @param ood scores of the set
     * @param key begins the ids in the markup
     * @param title of the drawing
     */
    public void write(Html html, Scores ood, String key, String title) {
        var across = new Axis(range.low(), range.high(), LEFT, RIGHT);
        var up = new Axis(0, top, BOTTOM, TOP);
        double[] oodShares = shares(ood);
        String medians = "Median score: ID %s, OOD %s.".formatted(score(median(id)), score(median(ood)));
        Svg svg = Svg.open(html, WIDTH, HEIGHT, "chart", key, title, medians);
        List<Double> shares = up.ticks(3);
        List<Double> percents = shares.stream().map(share -> 100 * share).toList();
        for (double share : shares) {
            svg.level("grid", LEFT, RIGHT, up.at(share));
            svg.text("tick end", LEFT - 6, up.at(share) + 4, Axis.label(100 * share, percents) + "\u2009%");
        }
        svg.path("area id", area(idShares, up));
        svg.path("area ood", area(oodShares, up));
        svg.path("line id", outline(idShares, up));
        svg.path("line ood", outline(oodShares, up));
        svg.level("axis", LEFT, RIGHT, BOTTOM);
        List<Double> scores = across.ticks(5);
        for (double score : scores) {
            svg.path("axis", "M%s %sv4".formatted(at(across.at(score)), at(BOTTOM)));
            svg.text("tick middle", across.at(score), BOTTOM + 17, Axis.label(score, scores));
        }
        svg.text("name middle", (LEFT + RIGHT) / 2, HEIGHT - 8, "score (higher = more in-distribution)");
        if (threshold.isPresent()) {
            mark(svg, across, threshold.getAsDouble());
        }
        svg.close();
    }

    private void mark(Svg svg, Axis across, double cut) {
        double x = across.at(cut);
        String beyond = cut < range.low() ? " (further left)" : cut > range.high() ? " (further right)" : "";
        String side = x > LEFT + 0.75 * (RIGHT - LEFT) ? "end" : x < LEFT + 0.25 * (RIGHT - LEFT) ? "start" : "middle";
        svg.path("cut", "M%s %sV%s".formatted(at(x), at(TOP - 4), at(BOTTOM)));
        svg.text("tick strong " + side, x, TOP - 9, "threshold " + score(cut) + beyond);
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

    /**
     * A paragraph on what the drawing cannot show of a set; none where it shows all.
     *
     * @param html receives it
     * @param prefix begins the paragraph, such as {@code "ID: "}
     * @param scores of the set
     */
    public void beyond(Html html, String prefix, Scores scores) {
        var notes = new ArrayList<String>();
        if (range.below(scores) > 0) {
            notes.add(percent(range.below(scores)) + " score lower than the chart shows and count in its first bin.");
        }
        if (range.above(scores) > 0) {
            notes.add(percent(range.above(scores)) + " score higher than the chart shows and count in its last bin.");
        }
        double peak = peak(shares(scores));
        if (peak > top) {
            notes.add("The highest bin holds %s and is cut off.".formatted(percent(peak)));
        }
        if (!notes.isEmpty()) {
            html.leaf("p", prefix + String.join(" ", notes), "class", "soft small");
        }
    }

    private static double median(Scores scores) {
        double[] values = scores.toArray();
        Arrays.sort(values);
        return values[values.length / 2];
    }

    private static double peak(double[] shares) {
        return Arrays.stream(shares).max().orElse(0);
    }
}
