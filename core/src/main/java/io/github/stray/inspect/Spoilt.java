// SPDX-License-Identifier: Apache-2.0
package io.github.stray.inspect;

import io.github.stray.metric.Quantile;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Images that are spoilt, by the measures and thresholds of CleanVision 0.3.7 (Apache-2.0; the formulas are written anew).
 * A score is in [0, 1], lower is worse, and an image is flagged where it is strictly below the threshold.
 *
 * <table>
 * <caption>Scores</caption>
 * <tr><th>issue</th><th>score</th><th>threshold</th></tr>
 * <tr><td>dark</td><td>99th percentile of B</td><td>0.32</td></tr>
 * <tr><td>light</td><td>1 - 5th percentile of B</td><td>0.05</td></tr>
 * <tr><td>odd_aspect_ratio</td><td>min(w / h, h / w)</td><td>0.35</td></tr>
 * <tr><td>low_information</td><td>min(1, 0.1 entropy)</td><td>0.3</td></tr>
 * <tr><td>blurry</td><td>min(1, 1 - exp(-0.01 edges) + u), u = 1 - exp(-0.01 levels) where that is over 0.18, else 0</td>
 * <td>0.29</td></tr>
 * <tr><td>odd_size</td><td>1 - min(1, |s - mid| / gap); s the side, mid and gap those of [Q1 - 3 IQR, Q3 + 3 IQR] of all
 * sides</td><td>0.5; 1 where the bounds are equal, and gap is mid then</td></tr>
 * <tr><td>grayscale</td><td>0 for one band of grey, else 1</td><td>1</td></tr>
 * </table>
 *
 * @param row index of the image
 * @param issue what is the matter
 * @param score how bad it is
 */
public record Spoilt(int row, Issue issue, double score) {
    private static final double DARK = 0.32;
    private static final double LIGHT = 0.05;
    private static final double ASPECT = 0.35;
    private static final double INFORMATION = 0.3;
    private static final double SHARPNESS = 0.29;
    private static final double LEVELS = 0.18;
    private static final double SIZE = 0.5;

    /** What may be the matter with a picture. */
    public enum Issue {
        /** Hardly a bright pixel. */
        DARK,
        /** Hardly a dark pixel. */
        LIGHT,
        /** Few edges. */
        BLURRY,
        /** Few different levels. */
        LOW_INFORMATION,
        /** Much longer than wide, or wider than long. */
        ODD_ASPECT_RATIO,
        /** Much smaller or larger than most. */
        ODD_SIZE,
        /** One band of grey. */
        GRAYSCALE;

        /** {@return the name in files, CleanVision's} */
        public String id() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Whether such an image shows too little to vouch for others. */
        boolean ruins() {
            return this == DARK || this == LIGHT || this == BLURRY || this == LOW_INFORMATION;
        }
    }

    /** The score of an image for an issue that it is judged for alone. */
    private static double score(ImageMeasures image, Issue issue) {
        return switch (issue) {
            case DARK -> image.bright();
            case LIGHT -> 1 - image.faint();
            case BLURRY -> sharpness(image);
            case LOW_INFORMATION -> Math.min(1, 0.1 * image.entropy());
            case ODD_ASPECT_RATIO ->
                Math.min((double) image.width() / image.height(), (double) image.height() / image.width());
            case GRAYSCALE -> image.grey() ? 0 : 1;
            case ODD_SIZE -> throw new IllegalArgumentException("whether a size is odd, only the set tells");
        };
    }

    private static double sharpness(ImageMeasures image) {
        double levels = 1 - Math.exp(-0.01 * image.levels());
        return Math.min(1, 1 - Math.exp(-0.01 * image.edges()) + (levels > LEVELS ? levels : 0));
    }

    private static double threshold(Issue issue) {
        return switch (issue) {
            case DARK -> DARK;
            case LIGHT -> LIGHT;
            case BLURRY -> SHARPNESS;
            case LOW_INFORMATION -> INFORMATION;
            case ODD_ASPECT_RATIO -> ASPECT;
            case ODD_SIZE -> SIZE;
            case GRAYSCALE -> 1;
        };
    }

    /**
     * {@return all that is flagged in a set: by issue, the worst first, of equal ones the lower index}
     *
     * @param images the whole set
     */
    public static List<Spoilt> of(List<ImageMeasures> images) {
        var sizes = new Sizes(images);
        var flagged = new ArrayList<Spoilt>();
        for (int row = 0; row < images.size(); row++) {
            int of = row;
            sizes.scores(images.get(row)).forEach((issue, score) -> {
                if (score < (issue == Issue.ODD_SIZE ? sizes.threshold : threshold(issue))) {
                    flagged.add(new Spoilt(of, issue, score));
                }
            });
        }
        flagged.sort(Comparator.comparing(Spoilt::issue)
                .thenComparingDouble(Spoilt::score)
                .thenComparingInt(Spoilt::row));
        return List.copyOf(flagged);
    }

    /**
     * {@return the scores of an image by issue, flagged or not}
     *
     * @param images the whole set
     * @param row index of the image
     */
    public static Map<Issue, Double> scores(List<ImageMeasures> images, int row) {
        return new Sizes(images).scores(images.get(row));
    }

    /**
     * {@return the images that show too little to vouch for others: dark, light, blurry or of low information}
     *
     * @param spoilt what was flagged
     */
    public static BitSet ruined(List<Spoilt> spoilt) {
        var ruined = new BitSet();
        spoilt.stream().filter(image -> image.issue().ruins()).forEach(image -> ruined.set(image.row()));
        return ruined;
    }

    /** Which sizes are usual. */
    private static final class Sizes {
        private final double middle;
        private final double gap;
        private final double threshold;

        Sizes(List<ImageMeasures> images) {
            double[] sides =
                    images.stream().mapToDouble(ImageMeasures::side).sorted().toArray();
            if (sides.length == 0) {
                sides = new double[] {1};
            }
            double q1 = Quantile.ofSorted(sides, 0.25);
            double q3 = Quantile.ofSorted(sides, 0.75);
            double reach = 3 * (q3 - q1);
            double low = q1 - reach;
            double high = q3 + reach;
            middle = (low + high) / 2;
            gap = high - low > 0 ? high - low : middle;
            threshold = high - low > 0 ? SIZE : 1;
        }

        Map<Issue, Double> scores(ImageMeasures image) {
            var scores = new EnumMap<Issue, Double>(Issue.class);
            for (Issue issue : Issue.values()) {
                scores.put(issue, issue == Issue.ODD_SIZE ? odd(image) : score(image, issue));
            }
            return scores;
        }

        private double odd(ImageMeasures image) {
            return 1 - Math.min(1, Math.abs(image.side() - middle) / gap);
        }
    }
}
