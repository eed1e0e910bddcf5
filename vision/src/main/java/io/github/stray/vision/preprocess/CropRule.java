// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.preprocess;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The part of a resized image that is kept. Written {@code none}, or {@code center}, {@code center-floor} or {@code center-fast} with
 * {@code :N} or {@code :WxH}, and {@code @R,G,B} behind it where borders are not black.
 */
public sealed interface CropRule {
    /** Everything is kept. */
    record None() implements CropRule {
        @Override
        public String toString() {
            return "none";
        }
    }

    /** Where the odd pixel goes when half of what is left over, or of what is missing, is no whole number. */
    enum Alignment {
        /** Half is rounded to even, padding down: torchvision's {@code CenterCrop}. */
        EVEN("center"),
        /** Half is rounded down, padding up: {@code center_crop} of transformers' processors of NumPy arrays. */
        FLOOR("center-floor"),
        /** Both are rounded down: {@code BaseImageProcessorFast.center_crop} of transformers. */
        FAST("center-fast");

        private final String id;

        Alignment(String id) {
            this.id = id;
        }

        /**
         * Where a crop lies along one axis.
         *
         * @param length of the resized image
         * @param kept of the crop
         */
        Span span(int length, int kept) {
            int missing = Math.max(0, kept - length);
            int over = Math.max(0, length - kept);
            return new Span(
                    this == EVEN ? (int) Math.rint(over / 2.0) : over / 2,
                    Math.min(length, kept),
                    this == FLOOR ? Math.ceilDiv(missing, 2) : missing / 2);
        }
    }

    /**
     * The middle. An image smaller than the crop gets borders.
     *
     * @param width in pixels, at least 1
     * @param height in pixels, at least 1
     * @param alignment where the odd pixel goes
     * @param border levels of red, green and blue, 0 to 255
     */
    record Center(int width, int height, Alignment alignment, List<Integer> border) implements CropRule {
        /** The border where nothing is said of it. */
        private static final List<Integer> BLACK = List.of(0, 0, 0);

        /** Checks sizes and levels. */
        public Center {
            border = List.copyOf(border);
            if (border.size() != 3 || !border.stream().allMatch(level -> level >= 0 && level <= 255)) {
                throw new IllegalArgumentException("a border must have three levels of 0 to 255, was " + border);
            }
            if (width < 1 || height < 1) {
                throw new IllegalArgumentException(
                        "a crop must have at least 1 x 1 pixels, was %d x %d".formatted(width, height));
            }
        }

        /**
         * The middle, with black borders.
         *
         * @param width in pixels, at least 1
         * @param height in pixels, at least 1
         * @param alignment where the odd pixel goes
         */
        public Center(int width, int height, Alignment alignment) {
            this(width, height, alignment, BLACK);
        }

        /**
         * The middle as torchvision finds it.
         *
         * @param width in pixels, at least 1
         * @param height in pixels, at least 1
         */
        public Center(int width, int height) {
            this(width, height, Alignment.EVEN);
        }

        @Override
        public String toString() {
            String size = alignment.id + ":" + width + (width == height ? "" : "x" + height);
            return border.equals(BLACK)
                    ? size
                    : size + "@" + border.stream().map(Object::toString).collect(Collectors.joining(","));
        }
    }

    /**
     * Reads a rule.
     *
     * @param text {@code none}, {@code center:N}, {@code center:WxH}, or {@code center-floor:} or {@code center-fast:} with
     *     either; {@code @R,G,B} behind it
     * @return the rule
     * @throws IllegalArgumentException if the text is none of these
     */
    static CropRule of(String text) {
        if (text.equals("none")) {
            return new None();
        }
        Matcher matcher = Pattern.compile("([a-z-]+):(\\d{1,5})(?:x(\\d{1,5}))?(?:@(\\d{1,3}),(\\d{1,3}),(\\d{1,3}))?")
                .matcher(text);
        if (matcher.matches()) {
            int width = Integer.parseInt(matcher.group(2));
            int height = matcher.group(3) == null ? width : Integer.parseInt(matcher.group(3));
            List<Integer> border = matcher.group(4) == null
                    ? Center.BLACK
                    : Stream.of(4, 5, 6)
                            .map(group -> Integer.parseInt(matcher.group(group)))
                            .toList();
            for (Alignment alignment : Alignment.values()) {
                if (alignment.id.equals(matcher.group(1))) {
                    return new Center(width, height, alignment, border);
                }
            }
        }
        throw new IllegalArgumentException(
                "unknown crop rule '%s', expected none, center:N, center:WxH, center-floor:N or center-fast:N, with @R,G,B for borders"
                        .formatted(text));
    }
}
