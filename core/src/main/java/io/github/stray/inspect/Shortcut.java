// SPDX-License-Identifier: Apache-2.0
package io.github.stray.inspect;

import io.github.stray.metric.Auroc;
import io.github.stray.metric.Interval;
import io.github.stray.metric.RankedScores;
import io.github.stray.score.IdOodScores;
import io.github.stray.score.Scores;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * How well one plain property tells two sets of images apart, such as their size: a network may learn that instead of what
 * the images show, and a benchmark then measures it.
 *
 * <h2>Definition</h2>
 *
 * The AUROC of the property, either way round: {@code max(a, 1 - a)}, with DeLong's 95 % interval ({@link Auroc#interval}).
 * A file format counts by its share in the first set. A property that images have only as files is left out where one of
 * them never was a file.
 *
 * @param property the property
 * @param auroc how well it tells, in [0.5, 1]
 * @param interval 95 % interval of the AUROC that way round; it may reach below 0.5
 */
public record Shortcut(Property property, double auroc, Interval interval) {
    /** AUROC from which a shortcut is worth a warning. */
    public static final double TELLING = 0.9;

    /** A plain property of an image. */
    public enum Property {
        /** In pixels. */
        WIDTH(image -> image.width()),
        /** In pixels. */
        HEIGHT(image -> image.height()),
        /** Width by height. */
        ASPECT(image -> (double) image.width() / image.height()),
        /** The side of a square of as many pixels. */
        SIZE(ImageMeasures::side),
        /** Of the file. */
        BYTES(image -> image.bytes()),
        /** Bytes of the file for each pixel. */
        BYTES_PER_PIXEL(ImageMeasures::bytesPerPixel),
        /** Mean brightness. */
        BRIGHTNESS(ImageMeasures::brightness),
        /** Deviation of the brightness. */
        CONTRAST(ImageMeasures::contrast),
        /** Deviation of the edges. */
        SHARPNESS(ImageMeasures::edges),
        /** Mean saturation. */
        SATURATION(ImageMeasures::saturation),
        /** Format of the file. */
        FORMAT(image -> 0);

        @SuppressWarnings("ImmutableEnumChecker") // functions without state
        private final ToDoubleFunction<ImageMeasures> value;

        Property(ToDoubleFunction<ImageMeasures> value) {
            this.value = value;
        }

        /** {@return the name in files, in lower case} */
        public String id() {
            return name().toLowerCase(Locale.ROOT);
        }

        private boolean ofFile() {
            return this == BYTES || this == BYTES_PER_PIXEL || this == FORMAT;
        }
    }

    /**
     * {@return the properties, the most telling first; none where a set is empty}
     *
     * @param first a set, such as the ID set or the images of a class
     * @param second the other set
     */
    public static List<Shortcut> between(List<ImageMeasures> first, List<ImageMeasures> second) {
        if (first.isEmpty() || second.isEmpty()) {
            return List.of();
        }
        boolean files = first.stream().allMatch(image -> image.bytes() > 0)
                && second.stream().allMatch(image -> image.bytes() > 0);
        Map<String, Double> shares = new HashMap<>();
        first.forEach(image -> shares.merge(image.format(), 1.0 / first.size(), Double::sum));
        var shortcuts = new ArrayList<Shortcut>();
        for (Property property : Property.values()) {
            if (files || !property.ofFile()) {
                ToDoubleFunction<ImageMeasures> value = property == Property.FORMAT
                        ? image -> shares.getOrDefault(image.format(), 0.0)
                        : property.value;
                shortcuts.add(of(property, values(first, value), values(second, value)));
            }
        }
        shortcuts.sort(Comparator.comparingDouble(shortcut -> -shortcut.auroc));
        return List.copyOf(shortcuts);
    }

    private static double[] values(List<ImageMeasures> images, ToDoubleFunction<ImageMeasures> value) {
        return images.stream().mapToDouble(value).toArray();
    }

    private static Shortcut of(Property property, double[] first, double[] second) {
        RankedScores ranked = RankedScores.of(new IdOodScores(Scores.of(first), Scores.of(second)));
        double auroc = Auroc.of(ranked);
        Interval interval = Auroc.interval(ranked);
        return auroc >= 0.5
                ? new Shortcut(property, auroc, interval)
                : new Shortcut(property, 1 - auroc, new Interval(1 - interval.upper(), 1 - interval.lower()));
    }
}
