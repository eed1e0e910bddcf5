// SPDX-License-Identifier: Apache-2.0
package io.github.stray.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A stretch of numbers drawn on a stretch of pixels.
 *
 * @param low smallest number shown
 * @param high largest number shown, above {@code low}
 * @param from pixel of {@code low}
 * @param to pixel of {@code high}
 */
public record Axis(double low, double high, double from, double to) {
    /**
     * {@return the pixel where a number lies; numbers outside go to the nearer end}
     *
     * @param value any number
     */
    public double at(double value) {
        double share = Math.clamp((value - low) / (high - low), 0.0, 1.0);
        return from + (to - from) * share;
    }

    /** About {@code count} round numbers on this axis: multiples of 1, 2 or 5 times a power of ten. */
    List<Double> ticks(int count) {
        double raw = (high - low) / count;
        double power = Math.pow(10, Math.floor(Math.log10(raw)));
        double lead = raw / power;
        double step = power * (lead < 1.5 ? 1 : lead < 3.5 ? 2 : lead < 7.5 ? 5 : 10);
        var ticks = new ArrayList<Double>();
        double first = Math.ceil(low / step - 1e-9);
        for (int i = 0; i <= 3 * count; i++) {
            double tick = (first + i) * step;
            if (tick > high + step * 1e-9) {
                break;
            }
            ticks.add(tick == 0 ? 0.0 : tick);
        }
        return ticks;
    }

    /** A tick in as many decimals as its step needs. */
    static String label(double tick, List<Double> ticks) {
        double step = ticks.size() > 1 ? ticks.get(1) - ticks.get(0) : Math.max(Math.abs(tick), 1);
        double size = ticks.stream().mapToDouble(Math::abs).max().orElse(1);
        if (size >= 1e6 || step < 1e-5) {
            return Numbers.score(tick);
        }
        int decimals = (int) Math.max(0, Math.ceil(-Math.log10(step) - 1e-6));
        return String.format(Locale.ROOT, "%." + decimals + "f", tick).replace('-', '\u2212');
    }
}
