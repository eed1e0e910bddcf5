// SPDX-License-Identifier: Apache-2.0
package io.github.stray.report;

import static io.github.stray.report.Numbers.at;

import io.github.stray.metric.Correlation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleFunction;

/**
 * Dots with names where there is room for them. A name that would cover a dot or another name is left out and shown by the
 * script when the reader points at its dot.
 *
 * @param key begins the ids in the markup
 * @param title of the drawing
 * @param across name of the horizontal axis
 * @param up name of the vertical axis
 * @param logarithmic whether x, above 0, is drawn by its logarithm
 * @param unit writes a value of x
 * @param line through the dots, if there is one
 */
public record ScatterChart(
        String key,
        String title,
        String across,
        String up,
        boolean logarithmic,
        DoubleFunction<String> unit,
        Optional<Correlation> line) {
    private static final double WIDTH = 474;
    private static final double HEIGHT = 330;
    private static final double LEFT = 60;
    private static final double RIGHT = 446;
    private static final double TOP = 12;
    private static final double BOTTOM = 276;
    private static final double RADIUS = 5;
    private static final double LETTER = 6.3;
    private static final double LINE = 12;

    /**
     * A dot.
     *
     * @param series place of the extractor among all
     * @param name of the extractor
     * @param x where it lies, finite
     * @param y an AUROC
     */
    public record Dot(int series, String name, double x, double y) {}

    /** A rectangle that is taken. */
    private record Box(double left, double top, double right, double bottom) {
        boolean meets(Box other) {
            return left < other.right && other.left < right && top < other.bottom && other.top < bottom;
        }
    }

    /** Where a name can stand: which of its ends is at x, and what it covers. */
    private record Label(String anchor, double x, Box box) {}

    /**
     * Draws it.
     *
     * @param html receives the drawing
     * @param dots at least one
     */
    public void write(Html html, List<Dot> dots) {
        Axis x = axis(dots.stream().mapToDouble(dot -> place(dot.x())).toArray(), logarithmic, LEFT, RIGHT);
        Axis y = axis(dots.stream().mapToDouble(Dot::y).toArray(), false, BOTTOM, TOP);
        Svg svg = Svg.open(html, WIDTH, HEIGHT, "chart scatter", key, title, description(dots));
        grid(svg, x, y);
        if (line.isPresent()) {
            line(svg, line.get(), x, y);
        }
        dots(html, svg, dots, x, y);
        svg.text("name middle", (LEFT + RIGHT) / 2, HEIGHT - 10, across);
        svg.upwards(13, (TOP + BOTTOM) / 2, up);
        svg.close();
    }

    private String description(List<Dot> dots) {
        String first = "%d extractors.".formatted(dots.size());
        return line.filter(fit -> fit.size() > 2)
                .map(fit -> "%s R\u00b2 %s.".formatted(first, Numbers.metric(fit.rSquared())))
                .orElse(first);
    }

    private double place(double value) {
        return logarithmic ? Math.log10(value) : value;
    }

    /** Around the values with a margin; shares stay in 0 to 1. */
    private static Axis axis(double[] values, boolean logarithmic, double from, double to) {
        double low = Arrays.stream(values).min().orElse(0);
        double high = Arrays.stream(values).max().orElse(0);
        double margin = Math.max(0.08 * (high - low), logarithmic ? 0.12 : 0.01);
        low -= margin;
        high += margin;
        return logarithmic ? new Axis(low, high, from, to) : new Axis(Math.max(0, low), Math.min(1, high), from, to);
    }

    private void grid(Svg svg, Axis x, Axis y) {
        List<Double> shares = y.ticks(5);
        for (double share : shares) {
            svg.level("grid", LEFT, RIGHT, y.at(share));
            svg.text("tick end", LEFT - 8, y.at(share) + 4, Axis.label(share, shares));
        }
        svg.level("axis", LEFT, RIGHT, BOTTOM);
        for (double value : logarithmic ? powers(x) : x.ticks(5)) {
            double at = x.at(place(value));
            svg.path("axis", "M%s %sv4".formatted(at(at), at(BOTTOM)));
            svg.text("tick middle", at, BOTTOM + 18, unit.apply(value));
        }
    }

    /** Powers of ten, with twice and five times them where that leaves few. */
    private static List<Double> powers(Axis x) {
        double decades = x.high() - x.low();
        double[] leads = decades > 3 ? new double[] {1} : decades > 1.6 ? new double[] {1, 3} : new double[] {1, 2, 5};
        var ticks = new ArrayList<Double>();
        for (int power = (int) Math.floor(x.low()); power <= x.high(); power++) {
            for (double lead : leads) {
                double value = lead * Math.pow(10, power);
                if (Math.log10(value) >= x.low() && Math.log10(value) <= x.high()) {
                    ticks.add(value);
                }
            }
        }
        return ticks;
    }

    /** The part of the line that lies in the drawing. */
    private static void line(Svg svg, Correlation fit, Axis x, Axis y) {
        double from = x.low();
        double to = x.high();
        if (fit.slope() != 0) {
            double one = (y.low() - fit.intercept()) / fit.slope();
            double other = (y.high() - fit.intercept()) / fit.slope();
            from = Math.max(from, Math.min(one, other));
            to = Math.min(to, Math.max(one, other));
        }
        if (from < to) {
            String start = at(y.at(fit.slope() * from + fit.intercept()));
            String end = at(y.at(fit.slope() * to + fit.intercept()));
            svg.path("fit", "M%s %sL%s %s".formatted(at(x.at(from)), start, at(x.at(to)), end));
        }
    }

    private void dots(Html html, Svg svg, List<Dot> dots, Axis x, Axis y) {
        var taken = new ArrayList<Box>();
        for (Dot dot : dots) {
            double cx = x.at(place(dot.x()));
            double cy = y.at(dot.y());
            taken.add(new Box(cx - RADIUS, cy - RADIUS, cx + RADIUS, cy + RADIUS));
        }
        for (Dot dot : dots) {
            double cx = x.at(place(dot.x()));
            double cy = y.at(dot.y());
            String name = Page.brief(dot.name());
            List<Label> labels = labels(cx, cy, LETTER * name.length());
            Optional<Label> free = labels.stream()
                    .filter(label -> inside(label.box()) && taken.stream().noneMatch(label.box()::meets))
                    .findFirst();
            free.ifPresent(label -> taken.add(label.box()));
            Label label = free.orElse(labels.stream()
                    .filter(each -> inside(each.box()))
                    .findFirst()
                    .orElse(labels.getFirst()));
            html.open("g", "class", "dot", "data-e", Integer.toString(dot.series()));
            html.leaf(
                    "title",
                    "%s: %s %s, AUROC %s".formatted(dot.name(), across, unit.apply(dot.x()), Numbers.metric(dot.y())));
            html.empty("circle", "cx", at(cx), "cy", at(cy), "r", at(RADIUS));
            String style = "label " + label.anchor() + (free.isPresent() ? "" : " crowded");
            svg.text(style, label.x(), label.box().bottom() - 2.5, name);
            html.close("g");
        }
    }

    /** Right and left of a dot, then above and below it, centred and farther and farther to either side. */
    private static List<Label> labels(double x, double y, double width) {
        double side = RADIUS + 3;
        double step = RADIUS + LINE / 2 + 2;
        double aside = width / 2 + RADIUS;
        var labels = new ArrayList<>(List.of(
                new Label("start", x + side, box(x + side, y, width)),
                new Label("end", x - side, box(x - side - width, y, width))));
        for (double shift : new double[] {0, width / 4, -width / 4, aside, -aside}) {
            labels.add(new Label("middle", x + shift, box(x + shift - width / 2, y - step, width)));
            labels.add(new Label("middle", x + shift, box(x + shift - width / 2, y + step, width)));
        }
        return labels;
    }

    private static boolean inside(Box box) {
        return box.left() >= LEFT && box.right() <= WIDTH - 2 && box.top() >= 0 && box.bottom() <= BOTTOM;
    }

    private static Box box(double left, double middle, double width) {
        return new Box(left, middle - LINE / 2, left + width, middle + LINE / 2);
    }
}
