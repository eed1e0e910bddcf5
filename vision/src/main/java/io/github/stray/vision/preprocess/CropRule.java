// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.preprocess;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The part of a resized image that is kept. Written {@code none}, {@code center:N}, {@code center:WxH} or {@code center-floor:..}. */
public sealed interface CropRule {
    /** Everything is kept. */
    record None() implements CropRule {
        @Override
        public String toString() {
            return "none";
        }
    }

    /**
     * The middle. The offset is half of what is left over, a half rounded to even. An image smaller than the crop is
     * first padded with zeros (black), the odd pixel going right and below. Both as torchvision's {@code CenterCrop}.
     *
     * @param width in pixels, at least 1
     * @param height in pixels, at least 1
     */
    record Center(int width, int height) implements CropRule {
        /** Checks the sizes. */
        public Center {
            if (width < 1 || height < 1) {
                throw new IllegalArgumentException(
                        "a crop must have at least 1 x 1 pixels, was %d x %d".formatted(width, height));
            }
        }

        @Override
        public String toString() {
            return "center:" + width + (width == height ? "" : "x" + height);
        }
    }

    /**
     * The middle as Hugging Face's processors of NumPy arrays cut it: half of what is left over, rounded down. It differs
     * from {@link Center} by a pixel where 3, 7, 11, .. pixels are left over. An image smaller than the crop is refused.
     *
     * @param width in pixels, at least 1
     * @param height in pixels, at least 1
     */
    record CenterFloor(int width, int height) implements CropRule {
        /** Checks the size. */
        public CenterFloor {
            if (width < 1 || height < 1) {
                throw new IllegalArgumentException(
                        "a crop must have at least 1 x 1 pixels, was %d x %d".formatted(width, height));
            }
        }

        @Override
        public String toString() {
            return "center-floor:" + width + (width == height ? "" : "x" + height);
        }
    }

    /**
     * Reads a rule.
     *
     * @param text {@code none}, {@code center:N}, {@code center:WxH}, or {@code center-floor:} with either
     * @return the rule
     * @throws IllegalArgumentException if the text is none of these
     */
    static CropRule of(String text) {
        if (text.equals("none")) {
            return new None();
        }
        Matcher matcher =
                Pattern.compile("center(-floor)?:(\\d{1,5})(?:x(\\d{1,5}))?").matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "unknown crop rule '%s', expected none, center:N, center:WxH or center-floor:N".formatted(text));
        }
        int width = Integer.parseInt(matcher.group(2));
        int height = matcher.group(3) == null ? width : Integer.parseInt(matcher.group(3));
        return matcher.group(1) == null ? new Center(width, height) : new CenterFloor(width, height);
    }
}
