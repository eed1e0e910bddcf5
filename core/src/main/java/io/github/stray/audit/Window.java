// SPDX-License-Identifier: Apache-2.0
package io.github.stray.audit;

import java.util.ArrayList;
import java.util.List;

/** A part of an image, its edges as fractions of width and height from the left and from the top. */
record Window(double left, double top, double right, double bottom) {
    static final Window WHOLE = new Window(0, 0, 1, 1);

    /** The most that may be cut away between two opposite edges. */
    static final double MOST_CUT = 0.16;

    /** The whole, and windows of 95 % and 90 % of each side, in the middle and towards the edges and corners. */
    static final List<Window> STARTS = starts();

    private static List<Window> starts() {
        var starts = new ArrayList<Window>();
        starts.add(WHOLE);
        for (double cut : new double[] {0.05, 0.1}) {
            for (int down = 0; down < 3; down++) {
                for (int along = 0; along < 3; along++) {
                    double left = cut * along / 2;
                    double top = cut * down / 2;
                    starts.add(new Window(left, top, left + 1 - cut, top + 1 - cut));
                }
            }
        }
        return List.copyOf(starts);
    }

    /** Windows with one edge moved by a step, as far as they are allowed. */
    List<Window> neighbours(double step) {
        var moved = new ArrayList<Window>();
        for (double by : new double[] {-step, step}) {
            moved.add(new Window(left + by, top, right, bottom));
            moved.add(new Window(left, top + by, right, bottom));
            moved.add(new Window(left, top, right + by, bottom));
            moved.add(new Window(left, top, right, bottom + by));
        }
        moved.removeIf(window -> !window.allowed());
        return moved;
    }

    private boolean allowed() {
        return left >= 0
                && top >= 0
                && right <= 1
                && bottom <= 1
                && right - left >= 1 - MOST_CUT
                && bottom - top >= 1 - MOST_CUT;
    }
}
