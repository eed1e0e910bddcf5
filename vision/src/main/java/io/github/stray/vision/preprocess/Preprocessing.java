// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.preprocess;

import io.github.stray.extract.ImageContent.Pixels;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Objects;

/**
 * What happens to an image before a network sees it: resize, crop, then for each channel
 * {@code (value * scale - mean) / std}. Immutable and safe for concurrent use.
 *
 * @param width width of the network's input in pixels
 * @param height height of the network's input in pixels
 * @param resize size before the crop
 * @param crop part that is kept
 * @param interpolation kernel of the resize
 * @param scale factor on the 8-bit value, usually 1/255; finite and positive
 * @param mean three means in units of the scaled value, in the channel order
 * @param std three standard deviations likewise, positive
 * @param channels order of the planes
 * @param arithmetic what the resize makes of values between pixels
 */
public record Preprocessing(
        int width,
        int height,
        ResizeRule resize,
        CropRule crop,
        Interpolation interpolation,
        double scale,
        List<Double> mean,
        List<Double> std,
        ChannelOrder channels,
        Arithmetic arithmetic) {

    /**
     * Version of the code from a file to what a network sees. It is raised whenever some file that was read gives other levels
     * than before, so that features of the levels before are not taken for those of today. 3: lossy WebP as libwebp, tall images
     * as Pillow 13. 4: AVIF turned by XMP data, deep AVIF with alpha,
     * AVIF of primaries that are reserved or CIE XYZ.
     */
    public static final int PIXELS = 4;

    /** Brings 8-bit values to {@code 0..1}. */
    public static final double UNIT_SCALE = 1 / 255.0;

    /** Checks that every image comes out at the input's size, or can be refused for another. */
    public Preprocessing {
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException(
                    "input size must be at least 1 x 1, was %d x %d".formatted(width, height));
        }
        if (12L * width * height > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "input size %d x %d is too large: one image would take more than 2 GiB".formatted(width, height));
        }
        if (mean.size() != 3 || std.size() != 3) {
            throw new IllegalArgumentException(
                    "mean and std need three values each, got %d and %d".formatted(mean.size(), std.size()));
        }
        if (!(scale > 0 && Double.isFinite(scale))) {
            throw new IllegalArgumentException("scale must be positive and finite, was " + scale);
        }
        if (!mean.stream().allMatch(Double::isFinite)) {
            throw new IllegalArgumentException("mean must be finite, was " + mean);
        }
        if (!std.stream().allMatch(value -> value > 0 && Double.isFinite(value))) {
            throw new IllegalArgumentException("std must be positive and finite, was " + std);
        }
        switch (crop) {
            case CropRule.Center center -> requireSize("crop " + crop, center.width(), center.height(), width, height);
            case CropRule.None() -> {
                switch (resize) {
                    case ResizeRule.Exact(int w, int h) -> requireSize("resize " + resize, w, h, width, height);
                    case ResizeRule.Shortest ignored ->
                        throw new IllegalArgumentException(
                                "resize %s without a crop gives images of different sizes; add crop center:%d"
                                        .formatted(resize, Math.min(width, height)));
                    case ResizeRule.Cover _, ResizeRule.Within _ ->
                        throw new IllegalArgumentException(
                                "resize %s without a crop gives images of different sizes; add crop center:%dx%d"
                                        .formatted(resize, width, height));
                    case ResizeRule.None() -> {}
                }
            }
        }
    }

    /**
     * Of whole levels.
     *
     * @param width width of the network's input in pixels
     * @param height height of the network's input in pixels
     * @param resize size before the crop
     * @param crop part that is kept
     * @param interpolation kernel of the resize
     * @param scale factor on the 8-bit value; finite and positive
     * @param mean three means in units of the scaled value, in the channel order
     * @param std three standard deviations likewise, positive
     * @param channels order of the planes
     */
    public Preprocessing(
            int width,
            int height,
            ResizeRule resize,
            CropRule crop,
            Interpolation interpolation,
            double scale,
            List<Double> mean,
            List<Double> std,
            ChannelOrder channels) {
        this(width, height, resize, crop, interpolation, scale, mean, std, channels, Arithmetic.LEVELS);
    }

    private static void requireSize(String rule, int width, int height, int inputWidth, int inputHeight) {
        if (width != inputWidth || height != inputHeight) {
            throw new IllegalArgumentException("%s gives images of %d x %d, the input size is %d x %d"
                    .formatted(rule, width, height, inputWidth, inputHeight));
        }
    }

    /**
     * Resizes and crops.
     *
     * @param image source
     * @return what is normalised: with {@link Arithmetic#LEVELS} the bytes that Pillow would give
     * @throws IllegalArgumentException if there is no rule that brings this image to the input's size
     */
    public ResizedImage prepared(Pixels image) {
        int w = image.width();
        int h = image.height();
        switch (resize) {
            case ResizeRule.None() -> {}
            case ResizeRule.Exact(int exactWidth, int exactHeight) -> {
                w = exactWidth;
                h = exactHeight;
            }
            case ResizeRule.Cover cover -> {
                w = cover.side(image.width(), image.width(), image.height());
                h = cover.side(image.height(), image.width(), image.height());
            }
            case ResizeRule.Within within -> {
                w = within.side(image.width(), image.width(), image.height());
                h = within.side(image.height(), image.width(), image.height());
            }
            case ResizeRule.Shortest shortest -> {
                w = shortest.side(image.width(), image.height());
                h = shortest.side(image.height(), image.width());
            }
        }
        if (crop instanceof CropRule.None && (w != width || h != height)) {
            throw new IllegalArgumentException(
                    "the image is %d x %d, the network takes %d x %d and its card names no resize"
                            .formatted(w, h, width, height));
        }
        CropRule.Alignment alignment =
                crop instanceof CropRule.Center center ? center.alignment() : CropRule.Alignment.EVEN;
        Span columns = alignment.span(w, width);
        Span rows = alignment.span(h, height);
        if (arithmetic == Arithmetic.UNROUNDED && !interpolation.isNearest()) {
            float[] window = UnroundedResampling.window(image, w, h, interpolation, columns, rows);
            float[] around = new float[length()];
            for (int i = 0; i < around.length; i++) {
                around[i] = border(i % 3);
            }
            return new ResizedImage.Unrounded(width, height, padded(window, around, columns, rows));
        }
        Pixels window = Resampling.window(
                image, w, h, interpolation, arithmetic, columns.first(), rows.first(), columns.size(), rows.size());
        if (columns.size() == width && rows.size() == height) {
            return new ResizedImage.Levels(window);
        }
        byte[] around = new byte[length()];
        for (int i = 0; i < around.length; i++) {
            around[i] = (byte) border(i % 3);
        }
        return new ResizedImage.Levels(new Pixels(width, height, padded(window.rgb(), around, columns, rows)));
    }

    /** Level of a colour around an image that is smaller than the crop. */
    private int border(int colour) {
        return crop instanceof CropRule.Center center ? center.border().get(colour) : 0;
    }

    /** Puts a window in its place among others. Both are arrays of one type, three values a pixel. */
    private <T> T padded(T window, T around, Span columns, Span rows) {
        for (int y = 0; y < rows.size(); y++) {
            System.arraycopy(
                    window,
                    3 * y * columns.size(),
                    around,
                    3 * ((rows.padding() + y) * width + columns.padding()),
                    3 * columns.size());
        }
        return around;
    }

    /**
     * Resizes and crops, to look at.
     *
     * @param image source
     * @return {@code height x width} 8-bit pixels
     * @throws IllegalArgumentException if there is no rule that brings this image to the input's size
     */
    public Pixels resized(Pixels image) {
        return prepared(image).pixels();
    }

    /** {@return number of values of one prepared image, {@code 3 * height * width}} */
    public int length() {
        return 3 * width * height;
    }

    /**
     * Normalises an image into planes.
     *
     * @param prepared what {@link #prepared} gave
     * @param target receives {@code [3, height, width]}
     * @param offset first index written
     * @throws IllegalArgumentException if the image does not have the input's size
     * @throws IndexOutOfBoundsException if the target is too short
     */
    public void tensor(ResizedImage prepared, FloatBuffer target, int offset) {
        switch (prepared) {
            case ResizedImage.Levels(Pixels pixels) -> tensor(pixels, target, offset);
            case ResizedImage.Unrounded unrounded -> tensor(unrounded, target, offset);
        }
    }

    private void tensor(ResizedImage.Unrounded image, FloatBuffer target, int offset) {
        requireInput(image.width(), image.height(), target, offset);
        float[] plane = new float[width * height];
        for (int channel = 0; channel < 3; channel++) {
            for (int i = 0; i < plane.length; i++) {
                plane[i] = normalised(image.rgb()[3 * i + source(channel)], channel);
            }
            target.put(offset + channel * plane.length, plane);
        }
    }

    private float normalised(double value, int channel) {
        return (float) ((value * scale - mean.get(channel)) / std.get(channel));
    }

    /** The colour of a plane. */
    private int source(int channel) {
        return channels == ChannelOrder.RGB ? channel : 2 - channel;
    }

    private void requireInput(int imageWidth, int imageHeight, FloatBuffer target, int offset) {
        if (imageWidth != width || imageHeight != height) {
            throw new IllegalArgumentException(
                    "expected %d x %d resized pixels, got %d x %d".formatted(width, height, imageWidth, imageHeight));
        }
        Objects.checkFromIndexSize(offset, length(), target.limit());
    }

    /**
     * Normalises an image of whole levels into planes.
     *
     * @param resized what {@link #resized} gave
     * @param target receives {@code [3, height, width]}
     * @param offset first index written
     * @throws IllegalArgumentException if the image does not have the input's size
     * @throws IndexOutOfBoundsException if the target is too short
     */
    public void tensor(Pixels resized, FloatBuffer target, int offset) {
        requireInput(resized.width(), resized.height(), target, offset);
        byte[] rgb = resized.rgb();
        int plane = width * height;
        float[] values = new float[256];
        float[] row = new float[plane];
        for (int channel = 0; channel < 3; channel++) {
            for (int value = 0; value < 256; value++) {
                values[value] = normalised(value, channel);
            }
            int source = source(channel);
            for (int i = 0; i < plane; i++) {
                row[i] = values[rgb[3 * i + source] & 0xff];
            }
            target.put(offset + channel * plane, row);
        }
    }

    /**
     * One line that is equal only if the preprocessing is; it goes into the feature space.
     *
     * @return for example {@code shortest:48 bilinear center:48 48x48 RGB scale 0.00392.. mean .. std ..}
     */
    public String describe() {
        return "%s %s %s %dx%d %s scale %s mean %s std %s%s"
                .formatted(
                        resize,
                        interpolation.id(),
                        crop,
                        width,
                        height,
                        channels,
                        scale,
                        mean,
                        std,
                        arithmetic == Arithmetic.LEVELS ? "" : " " + arithmetic.id());
    }
}
