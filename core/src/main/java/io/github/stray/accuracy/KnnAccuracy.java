// SPDX-License-Identifier: Apache-2.0
package io.github.stray.accuracy;

import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.Labels;
import io.github.stray.internal.linalg.NearestRows;
import io.github.stray.internal.linalg.NearestRows.Measure;
import io.github.stray.internal.linalg.Simd;
import java.util.Map;
import java.util.TreeMap;

/**
 * k-NN accuracy: how often the nearest labelled training rows vote for the true class of a test row. Needs no training, so
 * it measures the features alone.
 *
 * <h2>Definition</h2>
 *
 * The k training rows of largest cosine vote for their class with the weight {@code exp(cos / 0.02)}; the class with the
 * largest sum is predicted. The accuracy is the share of test rows whose prediction is their label. The weights are taken
 * as {@code exp((cos - c) / 0.02)}, c the largest cosine among the k: the same prediction, no large numbers.
 *
 * <h2>Ties</h2>
 *
 * Equally near training rows: the lower row is taken. Equal sums of votes: the lower class is predicted. A class's votes
 * are added nearest first, so classes with the same cosines tie exactly, whatever the order of the rows.
 *
 * <h2>Degenerate input</h2>
 *
 * A zero row has cosine 0 with everything. k above the number of training rows is an error, as are missing labels, no test
 * rows, NaN and infinity, two feature spaces, and class names that disagree. One class: always predicted. A test class
 * without training rows is always missed.
 *
 * <h2>Cost</h2>
 *
 * Exact: n * d multiply-adds a test row, on all processors; the training rows are read block by block.
 *
 * <h2>Source</h2>
 *
 * Wu et al., Unsupervised Feature Learning via Non-Parametric Instance Discrimination, CVPR 2018 (arXiv 1805.01978),
 * section 3.4, with the temperature 0.02 and k = 20 of Adaloglou et al., TMLR 2024 (arXiv 2303.05828).
 *
 * @param k number of neighbours, at least 1
 */
public record KnnAccuracy(int k) {
    /** The paper's: k = 20. */
    public static final KnnAccuracy DEFAULT = new KnnAccuracy(20);

    private static final double TEMPERATURE = 0.02;

    /** Checks k. */
    public KnnAccuracy {
        if (k < 1) {
            throw new IllegalArgumentException("k of the k-NN accuracy must be at least 1, was " + k);
        }
    }

    /**
     * {@return the accuracy on test rows, a fraction in [0, 1]}
     *
     * @param training labelled rows {@code [n x d]}, n at least k
     * @param test labelled rows {@code [m x d]} of the same space, m at least 1
     * @throws IllegalArgumentException if the sets do not fit the definition; the message names the set
     */
    public double of(FeatureSet training, FeatureSet test) {
        Labels actual = labels(test);
        Accuracy.requireSameClasses(labels(training), actual);
        return Accuracy.of(predict(training, test), actual);
    }

    /**
     * {@return the predicted classes of m samples, with the class names of the training set}
     *
     * @param training labelled rows {@code [n x d]}, n at least k
     * @param samples rows {@code [m x d]} of the same space; their labels are not looked at
     * @throws IllegalArgumentException if the sets do not fit the definition; the message names the set
     */
    public Labels predict(FeatureSet training, FeatureSet samples) {
        Labels known = labels(training);
        if (k > training.size()) {
            throw new IllegalArgumentException("k-NN accuracy: k = %d needs at least %d training rows, '%s' has %d"
                    .formatted(k, k, training.dataset(), training.size()));
        }
        requireSameSpace(training, samples);
        training.requireFinite();
        samples.requireFinite();
        var nearest = new NearestRows(
                training.features()::copyRows,
                training.size(),
                training.features().dimension(),
                Measure.COSINE,
                Simd.kernels());
        int[] predicted = new int[samples.size()];
        nearest.search(
                samples.features()::copyRows,
                predicted.length,
                k,
                (query, rows, cosines) -> predicted[query] = winner(rows, cosines, known));
        return Labels.of(predicted, known.classNames());
    }

    private static int winner(int[] rows, double[] cosines, Labels known) {
        var votes = new TreeMap<Integer, Double>();
        for (int i = 0; i < rows.length; i++) {
            votes.merge(known.get(rows[i]), Math.exp((cosines[i] - cosines[0]) / TEMPERATURE), Double::sum);
        }
        int winner = -1;
        double most = 0;
        for (Map.Entry<Integer, Double> vote : votes.entrySet()) {
            if (vote.getValue() > most) {
                winner = vote.getKey();
                most = vote.getValue();
            }
        }
        return winner;
    }

    private static Labels labels(FeatureSet set) {
        return set.labels()
                .orElseThrow(() -> new IllegalArgumentException(
                        "k-NN accuracy needs a class for each row, '%s' has no labels".formatted(set.dataset())));
    }

    private static void requireSameSpace(FeatureSet training, FeatureSet samples) {
        samples.space().conflictWith(training.space()).ifPresent(conflict -> {
            throw new IllegalArgumentException("k-NN accuracy: '%s' lives in %s, '%s' in %s: %s"
                    .formatted(samples.dataset(), samples.space(), training.dataset(), training.space(), conflict));
        });
    }
}
