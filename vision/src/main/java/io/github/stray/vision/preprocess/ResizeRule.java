// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.preprocess;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The size an image is brought to before it is cropped. Written {@code none}, {@code shortest:N} or {@code exact:WxH}. */
public sealed interface ResizeRule {
    /** The image stays as it is. */
    record None() implements ResizeRule {
        @Override
        public String toString() {
            return "none";
        }
    }

    /**
     * The shorter side becomes N, the other follows, truncated: {@code N * longer / shorter}, as torchvision does.
     *
     * @param size N in pixels, at least 1
     */
    record Shortest(int size) implements ResizeRule {
        /** Checks the size. */
        public Shortest {
            requirePositive(size);
        }

        @Override
        public String toString() {
            return "shortest:" + size;
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
     * @param text {@code none}, {@code shortest:N}, {@code exact:WxH} or {@code exact:N} for a square
     * @return the rule
     * @throws IllegalArgumentException if the text is none of these
     */
    static ResizeRule of(String text) {
        if (text.equals("none")) {
            return new None();
        }
        Matcher matcher =
                Pattern.compile("(shortest|exact):(\\d{1,5})(?:x(\\d{1,5}))?").matcher(text);
        if (matcher.matches()) {
            int first = Integer.parseInt(matcher.group(2));
            if (matcher.group(1).equals("exact")) {
                return new Exact(first, matcher.group(3) == null ? first : Integer.parseInt(matcher.group(3)));
            }
            if (matcher.group(3) == null) {
                return new Shortest(first);
            }
        }
        throw new IllegalArgumentException(
                "unknown resize rule '%s', expected none, shortest:N or exact:WxH".formatted(text));
    }

    private static void requirePositive(int size) {
        if (size < 1) {
            throw new IllegalArgumentException("a resize rule needs sizes of at least 1 pixel, was " + size);
        }
    }
}
