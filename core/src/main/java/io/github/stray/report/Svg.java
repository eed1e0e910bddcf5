// SPDX-License-Identifier: Apache-2.0
package io.github.stray.report;

import static io.github.stray.report.Numbers.at;

/** A drawing in a page, with a title and a description for those who cannot see it. Coordinates are pixels. */
public final class Svg {
    private final Html html;

    private Svg(Html html) {
        this.html = html;
    }

    /**
     * Opens a drawing.
     *
     * @param html receives it
     * @param width largest x
     * @param height largest y
     * @param style classes of the style sheet
     * @param key begins the ids of title and description; of its own in the page
     * @param title what it shows
     * @param description the same in figures
     * @return the drawing, to be ended by {@link #close}
     */
    public static Svg open(
            Html html, double width, double height, String style, String key, String title, String description) {
        String labels = key + "-title " + key + "-desc";
        String viewBox = "0 0 %s %s".formatted(at(width), at(height));
        html.svg(viewBox, "role", "img", "class", style, "aria-labelledby", labels);
        html.leaf("title", title, "id", key + "-title");
        html.leaf("desc", description, "id", key + "-desc");
        return new Svg(html);
    }

    /**
     * A line or an area.
     *
     * @param style classes of the style sheet
     * @param path where it runs, as SVG has it
     */
    public void path(String style, String path) {
        html.empty("path", "class", style, "d", path);
    }

    /** Words at a point; the style says which of their ends lies there. */
    void text(String style, double x, double y, String text) {
        html.leaf("text", text, "class", style, "x", at(x), "y", at(y));
    }

    /** A line from left to right. */
    void level(String style, double left, double right, double y) {
        path(style, "M%s %sH%s".formatted(at(left), at(y), at(right)));
    }

    /** The name of a vertical axis, written upwards. */
    void upwards(double x, double y, String name) {
        String turned = "translate(%s %s) rotate(-90)".formatted(at(x), at(y));
        html.leaf("text", name, "class", "name middle", "transform", turned);
    }

    /** Ends the drawing. */
    public void close() {
        html.close("svg");
    }
}
