// SPDX-License-Identifier: Apache-2.0
package io.github.stray.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Numbers as a reader sees them. */
public final class Numbers {
    private Numbers() {}

    /**
     * A fraction with three decimals. Only 1 itself is written 1.000, and only 0 itself 0.000.
     *
     * @param fraction 0 to 1
     * @return its text
     */
    public static String metric(double fraction) {
        if (fraction < 1 && fraction >= 0.9995) {
            return ">0.999";
        }
        if (fraction > 0 && fraction < 0.0005) {
            return "<0.001";
        }
        return String.format(Locale.ROOT, "%.3f", fraction);
    }

    /**
     * {@return a fraction as percent, with one decimal and the sign; only 1 itself is written 100, and only 0 itself 0}
     *
     * @param fraction 0 to 1
     */
    public static String percent(double fraction) {
        double percent = 100 * fraction;
        String text = String.format(Locale.ROOT, "%.1f", percent);
        boolean rounded = (text.equals("100.0") && fraction < 1) || (text.equals("0.0") && fraction > 0);
        if (rounded) {
            text = fraction > 0.5 ? ">99.9" : "<0.1";
        }
        return (text.endsWith(".0") ? text.substring(0, text.length() - 2) : text) + "\u00a0%";
    }

    /**
     * {@return four significant digits, with a minus sign instead of a hyphen}
     *
     * @param score any number but NaN
     */
    public static String score(double score) {
        if (Double.isInfinite(score)) {
            return score > 0 ? "\u221e" : "\u2212\u221e";
        }
        if (score == 0) {
            return "0";
        }
        BigDecimal rounded = new BigDecimal(score).round(new MathContext(4));
        double size = Math.abs(score);
        String text = size >= 1e6 || size < 1e-3
                ? String.format(Locale.ROOT, "%.3e", score)
                        .replace("e+0", "e")
                        .replace("e-0", "e-")
                        .replace("e+", "e")
                : rounded.toPlainString();
        return text.replace('-', '\u2212');
    }

    /**
     * {@return a difference of two fractions with three decimals and its sign}
     *
     * @param difference -1 to 1
     */
    public static String difference(double difference) {
        String text = String.format(Locale.ROOT, "%.3f", Math.abs(difference));
        return text.equals("0.000") ? text : (difference < 0 ? "\u2212" : "+") + text;
    }

    /**
     * An amount in thousands, millions or billions with two digits or three: {@code 86.6 M}.
     *
     * @param amount at least 0
     * @return its text
     */
    public static String amount(double amount) {
        String[] units = {"", " k", " M", " G"};
        int unit = 0;
        while (unit < units.length - 1 && amount >= 999.5) {
            amount /= 1000;
            unit++;
        }
        String text = String.format(Locale.ROOT, amount < 9.995 ? "%.2f" : amount < 99.95 ? "%.1f" : "%.0f", amount);
        String trimmed = text.contains(".") ? text.replaceAll("0+$", "").replaceAll("\\.$", "") : text;
        return trimmed + units[unit].replace(' ', '\u00a0');
    }

    /**
     * {@return an amount in full, with thousands set apart}
     *
     * @param count an amount
     */
    public static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count).replace(',', '\u202f');
    }

    /**
     * {@return amount and noun: {@code 1 image}, {@code 2 images}}
     *
     * @param count an amount
     * @param noun what is counted, in the singular
     */
    public static String count(long count, String noun) {
        return count(count) + "\u00a0" + noun + (count == 1 ? "" : "s");
    }

    /**
     * {@return a coordinate in a drawing, with two decimals where it has any}
     *
     * @param coordinate pixels
     */
    public static String at(double coordinate) {
        String text = String.format(Locale.ROOT, "%.2f", coordinate);
        return text.endsWith(".00") ? text.substring(0, text.length() - 3) : text;
    }
}
