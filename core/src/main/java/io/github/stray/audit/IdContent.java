// SPDX-License-Identifier: Apache-2.0
package io.github.stray.audit;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.internal.linalg.NearestRows;
import io.github.stray.internal.linalg.NearestRows.Measure;
import io.github.stray.internal.linalg.Simd;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * OOD images that show an ID class.
 *
 * <h2>Definition</h2>
 *
 * A classifier (a probe, or class names) says class c of an image with probability P. Its {@value #NEIGHBOURS} nearest ID
 * training images by cosine must agree: at least {@value #AGREEING} of them, or as large a share, are of class c. Let u be their mean cosine with
 * the image. Both P and u are replaced by the share of ID test images whose value is at most as large, and the lower of
 * the two shares is the image's typicality s; it is 0 where neighbours do not agree. An image is taken to show an ID class
 * if s is above 0 and at least the threshold: the largest value that keeps the asked share of ID test images, all of them
 * counted. So of ID images planted among the others about that share is found, whatever the extractor; how many others are
 * found with them is what an OOD detector would get wrong at that rate, less those whose neighbours disagree.
 *
 * <p>The confidence of an image is {@code (1 + number of ID test images with a typicality of at most s) / (m + 1)}, m the
 * number of ID test images: 0.5 is as typical as the median ID image.
 *
 * <h2>Ties</h2>
 *
 * Equal values count as at most as large. Equal typicalities are all kept.
 *
 * <h2>Degenerate input</h2>
 *
 * Where classes have fewer than twice as many training images on average, half that average are neighbours (at least one),
 * and agreement is in proportion: small classes could otherwise never agree. One class: neighbours agree
 * always and P is 1, so u alone decides. Where neighbours agree for fewer ID test images than asked for, all that agree are
 * kept and {@link #recognised} says how many that is.
 */
public final class IdContent {
    /** Nearest training images that are asked. */
    public static final int NEIGHBOURS = 10;

    /** How many of them must be of the class. */
    public static final int AGREEING = 8;

    private final NearestRows nearest;
    private final int[] trainingClasses;
    private final int k;
    private final double[] probabilities;
    private final double[] cosines;
    private final double[] typicalities;
    private final double threshold;

    /**
     * Features of samples and what a classifier says of them.
     *
     * @param features {@code [n x d]} finite rows
     * @param guesses n guesses
     */
    public record Samples(FeatureMatrix features, ClassGuesses guesses) {
        /** Checks the sizes. */
        public Samples {
            if (features.rows() != guesses.classes().length) {
                throw new IllegalArgumentException(
                        "%d guesses for %d feature rows".formatted(guesses.classes().length, features.rows()));
            }
        }
    }

    /**
     * An image that seems to show an ID class.
     *
     * @param row its row
     * @param label the ID class
     * @param probability P of the classifier
     * @param cosine mean cosine u with its nearest training images
     * @param confidence share of ID test images that are less typical, in (0, 1]
     * @param neighbours rows of its nearest training images, nearest first
     */
    public record Found(
            int row, int label, double probability, double cosine, double confidence, List<Integer> neighbours) {
        /** Copies the list. */
        public Found {
            neighbours = List.copyOf(neighbours);
        }
    }

    @SuppressWarnings("ArrayRecordComponent")
    private record Evidence(int[] neighbours, double cosine, boolean agree) {}

    /**
     * Learns from ID images what ID images look like.
     *
     * @param training {@code [n x d]} features of ID training images, n at least 1
     * @param trainingClasses n classes: their labels, or the classifier's guesses where they have none
     * @param test ID test images, at least one
     * @param share of the ID test images to recognise, above 0 and below 1
     * @throws IllegalArgumentException if sizes disagree, there are no images, or the share is out of range
     */
    public IdContent(FeatureMatrix training, int[] trainingClasses, Samples test, double share) {
        if (!(share > 0 && share < 1)) {
            throw new IllegalArgumentException(
                    "the share of ID images to recognise must lie strictly between 0 and 1, was " + share);
        }
        if (training.rows() != trainingClasses.length || training.rows() == 0 || test.features.rows() == 0) {
            throw new IllegalArgumentException(
                    "ID content needs training images with a class each and test images, got %d images, %d classes, %d test images"
                            .formatted(training.rows(), trainingClasses.length, test.features.rows()));
        }
        this.trainingClasses = trainingClasses.clone();
        int classes = (int) Arrays.stream(trainingClasses).distinct().count();
        this.k = Math.clamp(training.rows() / (2 * classes), 1, NEIGHBOURS);
        this.nearest = new NearestRows(
                training::copyRows, training.rows(), training.dimension(), Measure.COSINE, Simd.kernels());
        Evidence[] evidence = evidence(test);
        this.probabilities = test.guesses.probabilities().clone();
        Arrays.sort(probabilities);
        this.cosines =
                Arrays.stream(evidence).mapToDouble(Evidence::cosine).sorted().toArray();
        this.typicalities = typicalities(test, evidence);
        Arrays.sort(typicalities);
        this.threshold = typicalities[typicalities.length - (int) Math.ceil(share * typicalities.length)];
    }

    /**
     * {@return images that seem to show an ID class, most confident first}
     *
     * @param samples OOD images
     */
    public List<Found> in(Samples samples) {
        Evidence[] evidence = evidence(samples);
        double[] typicality = typicalities(samples, evidence);
        var found = new ArrayList<Found>();
        for (int i = 0; i < evidence.length; i++) {
            if (kept(typicality[i])) {
                found.add(new Found(
                        i,
                        samples.guesses.classes()[i],
                        samples.guesses.probabilities()[i],
                        evidence[i].cosine,
                        (1.0 + atMost(typicalities, typicality[i])) / (typicalities.length + 1),
                        Arrays.stream(evidence[i].neighbours).boxed().toList()));
            }
        }
        found.sort(Comparator.<Found>comparingDouble(each -> -each.confidence).thenComparingInt(Found::row));
        return List.copyOf(found);
    }

    /** {@return the share of ID test images that the same rule takes to show an ID class} */
    public double recognised() {
        return Arrays.stream(typicalities).filter(this::kept).count() / (double) typicalities.length;
    }

    private boolean kept(double typicality) {
        return typicality > 0 && typicality >= threshold;
    }

    private Evidence[] evidence(Samples samples) {
        Evidence[] evidence = new Evidence[samples.features.rows()];
        int[] classes = samples.guesses.classes();
        nearest.search(samples.features::copyRows, evidence.length, k, (query, rows, values) -> {
            long same = Arrays.stream(rows)
                    .filter(row -> trainingClasses[row] == classes[query])
                    .count();
            evidence[query] = new Evidence(
                    rows.clone(), Arrays.stream(values).average().orElse(0), same * NEIGHBOURS >= (long) AGREEING * k);
        });
        return evidence;
    }

    private double[] typicalities(Samples samples, Evidence[] evidence) {
        double[] typicalities = new double[evidence.length];
        for (int i = 0; i < evidence.length; i++) {
            typicalities[i] = !evidence[i].agree
                    ? 0
                    : Math.min(
                                    atMost(probabilities, samples.guesses.probabilities()[i]),
                                    atMost(cosines, evidence[i].cosine))
                            / (double) cosines.length;
        }
        return typicalities;
    }

    /** How many of the ascending values are at most as large. */
    private static int atMost(double[] ascending, double value) {
        int low = 0;
        int high = ascending.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (ascending[middle] <= value) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
