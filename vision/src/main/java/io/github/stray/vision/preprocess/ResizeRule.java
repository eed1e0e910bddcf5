// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.preprocess;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The size an image is brought to before it is cropped. Written {@code none}, {@code shortest:N}, {@code shortest:N/D}, {@code cover:WxH}, {@code within:WxH} or {@code exact:WxH}. */
public sealed interface ResizeRule {
    /** A shorter side, with or without a divisor. */
    Pattern SHORTEST = Pattern.compile("shortest:(\\d{1,5})(?:/(\\d{1,5}))?");

    /** Both sides. */
    Pattern SIDES = Pattern.compile("(exact|cover|within):(\\d{1,5})(?:x(\\d{1,5}))?");

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
     * The smallest image in the old proportions that covers a size; both sides are rounded, a half to even, as timm's {@code
     * ResizeKeepRatio} does.
     *
     * @param width in pixels, at least 1
     * @param height in pixels, at least 1
     */
    record Cover(int width, int height) implements ResizeRule {
        /** Checks the sizes. */
        public Cover {
            requirePositive(width);
            requirePositive(height);
        }

        /** Length of a side of an image. */
        int side(int mine, int imageWidth, int imageHeight) {
            double ratio = Math.min((double) imageWidth / width, (double) imageHeight / height);
            double side = Math.rint(mine / ratio);
            if (side > Integer.MAX_VALUE) {
                throw new IllegalArgumentException(
                        "resize %s would make an image of sides %d and %d longer than 2^31 pixels"
                                .formatted(this, imageWidth, imageHeight));
            }
            return (int) side;
        }

        @Override
        public String toString() {
            return "cover:" + width + "x" + height;
        }
    }

    /**
     * The largest image in the old proportions that lies within a size; both sides are rounded, a half to even, as {@code
     * ResizeKeepRatio(longest=1)} of timm and open_clip does. What it leaves free is for the crop to fill.
     *
     * @param width in pixels, at least 1
     * @param height in pixels, at least 1
     */
    record Within(int width, int height) implements ResizeRule {
        /** Checks the sizes. */
        public Within {
            requirePositive(width);
            requirePositive(height);
        }

        /** Length of a side of an image. */
        int side(int mine, int imageWidth, int imageHeight) {
            double ratio = Math.max((double) imageWidth / width, (double) imageHeight / height);
            int side = (int) Math.rint(mine / ratio);
            if (side < 1) {
                throw new IllegalArgumentException("resize %s would make nothing of an image of sides %d and %d"
                        .formatted(this, imageWidth, imageHeight));
            }
            return side;
        }

        @Override
        public String toString() {
            return "within:" + width + "x" + height;
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
     * @param text {@code none}, {@code shortest:N}, {@code shortest:N/D}, {@code exact:WxH}, {@code cover:WxH} or {@code within:WxH}, or {@code :N} for a square
     * @return the rule
     * @throws IllegalArgumentException if the text is none of these
     */
    static ResizeRule of(String text) {
        if (text.equals("none")) {
            return new None();
        }
        Matcher shortest = SHORTEST.matcher(text);
        if (shortest.matches()) {
            return new Shortest(number(shortest, 1, 1), number(shortest, 2, 1));
        }
        Matcher sides = SIDES.matcher(text);
        if (sides.matches()) {
            int width = number(sides, 2, 1);
            int height = number(sides, 3, width);
            return switch (sides.group(1)) {
                case "exact" -> new Exact(width, height);
                case "cover" -> new Cover(width, height);
                default -> new Within(width, height);
            };
        }
        throw new IllegalArgumentException(
                "unknown resize rule '%s', expected none, shortest:N, cover:WxH, within:WxH or exact:WxH"
                        .formatted(text));
    }

    private static int number(Matcher matcher, int group, int otherwise) {
        return matcher.group(group) == null ? otherwise : Integer.parseInt(matcher.group(group));
    }

    private static void requirePositive(int size) {
        if (size < 1) {
            throw new IllegalArgumentException("a resize rule needs sizes of at least 1 pixel, was " + size);
        }
    }
}
