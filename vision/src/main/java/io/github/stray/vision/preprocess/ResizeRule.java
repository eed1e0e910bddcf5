// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.preprocess;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The size an image is brought to before it is cropped. Written {@code none}, {@code shortest:N}, {@code shortest:N/D} or {@code exact:WxH}. */
public sealed interface ResizeRule {
    /** The image stays as it is. */
    record None() implements ResizeRule {
        @Override
        public String toString() {
            return "none";
        }
    }

    /**
     * The shorter side becomes N, the other follows, truncated: {@code N * longer / shorter}, as torchvision does. Then both
     * are made longer, to the next multiple of D.
     *
     * @param size N in pixels, at least 1
     * @param divisor D in pixels, at least 1
     */
    record Shortest(int size, int divisor) implements ResizeRule {
        /** Checks the sizes. */
        public Shortest {
            requirePositive(size);
            requirePositive(divisor);
        }

        /**
         * Sides of any length.
         *
         * @param size N in pixels, at least 1
         */
        public Shortest(int size) {
            this(size, 1);
        }

        /** Length of a side, where the other one is given too. */
        int side(int mine, int other) {
            long side = mine <= other ? size : (long) size * mine / other;
            long whole = Math.ceilDiv(side, divisor) * (long) divisor;
            if (whole > Integer.MAX_VALUE) {
                throw new IllegalArgumentException("resize %s would make an image of sides %d and %d %d pixels long"
                        .formatted(this, mine, other, whole));
            }
            return (int) whole;
        }

        @Override
        public String toString() {
            return "shortest:" + size + (divisor == 1 ? "" : "/" + divisor);
        }
    }

    /**
     * Both sides are given; proportions are not kept.
     *
     * @param width in pixels, at least 1
     * @param height in pixels, at least 1
     */
    record Exact(int width, int height) implements ResizeRule {
        /** Checks the sizes. */
        public Exact {
            requirePositive(width);
            requirePositive(height);
        }

        @Override
        public String toString() {
            return "exact:" + width + "x" + height;
        }
    }

    /**
     * Reads a rule.
     *
     * @param text {@code none}, {@code shortest:N}, {@code shortest:N/D}, {@code exact:WxH} or {@code exact:N} for a square
     * @return the rule
     * @throws IllegalArgumentException if the text is none of these
     */
    static ResizeRule of(String text) {
        if (text.equals("none")) {
            return new None();
        }
        Matcher matcher = Pattern.compile("(?:shortest:(\\d{1,5})(?:/(\\d{1,5}))?|exact:(\\d{1,5})(?:x(\\d{1,5}))?)")
                .matcher(text);
        if (matcher.matches()) {
            return matcher.group(1) == null
                    ? new Exact(number(matcher.group(3)), number(matcher.group(matcher.group(4) == null ? 3 : 4)))
                    : new Shortest(number(matcher.group(1)), matcher.group(2) == null ? 1 : number(matcher.group(2)));
        }
        throw new IllegalArgumentException(
                "unknown resize rule '%s', expected none, shortest:N or exact:WxH".formatted(text));
    }

    private static int number(String digits) {
        return Integer.parseInt(digits);
    }

    private static void requirePositive(int size) {
        if (size < 1) {
            throw new IllegalArgumentException("a resize rule needs sizes of at least 1 pixel, was " + size);
        }
    }
}
