// SPDX-License-Identifier: Apache-2.0
package io.github.stray.audit;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.Labels;
import io.github.stray.internal.linalg.NearestRows;
import io.github.stray.internal.linalg.NearestRows.Measure;
import io.github.stray.internal.linalg.Simd;
import io.github.stray.probe.LinearHead;
import io.github.stray.probe.LinearProbe;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Training images whose label is probably wrong.
 *
 * <h2>Definition</h2>
 *
 * The images are dealt into {@value #FOLDS} folds at random; each is judged by a linear probe that was trained on the other
 * folds. Let p_k be its probability of class k, and t_k the mean of p_k over the images labelled k (confident learning's
 * threshold), or one half if that is less. An image labelled y is a suspect if some other class c has p_c at least t_c and p_c above p_y, the largest
 * such p_c counting, and if c also has more votes than any other class among its {@value #NEIGHBOURS} nearest other images
 * by cosine.
 *
 * <h2>Ties</h2>
 *
 * Equal probabilities or votes: the lower class.
 *
 * <h2>Degenerate input</h2>
 *
 * Labels and two classes are needed, and two images. A class whose images all lie in one fold is never suggested for
 * them. Fewer images than folds: as many folds as images.
 *
 * <h2>Source</h2>
 *
 * The threshold is that of Northcutt, Jiang and Chuang, Journal of Artificial Intelligence Research 70 (2021); that one
 * half is enough, which finds 99 instead of 70 of 100 planted errors (docs/audit.md), and the agreement of neighbours are ours. The probe is the minimum of its loss by L-BFGS at a weight decay of 1e-3: it is the same
 * for any seed and any order, and as good on a hundred images as on many, where a fixed number of epochs is not.
 */
public final class LabelNoise {
    /** Folds of the cross-validation. */
    public static final int FOLDS = 5;

    /** Neighbours that vote. */
    public static final int NEIGHBOURS = 20;

    /** Probability of another class that is always enough. */
    private static final double MOST_NEEDED = 0.5;

    private LabelNoise() {}

    /**
     * An image whose label is doubted.
     *
     * @param row its row
     * @param label the label it has
     * @param suggested the class it seems to show
     * @param own probability of its label
     * @param other probability of the suggested class
     * @param votes share of its neighbours that are labelled so
     */
    public record Suspect(int row, int label, int suggested, double own, double other, double votes) {}

    /**
     * The probe that judges, also of use where all images may be learnt from.
     *
     * @return the linear probe by L-BFGS
     */
    public static LinearProbe probe() {
        LinearProbe paper = LinearProbe.PAPER;
        return new LinearProbe(
                LinearProbe.Solver.LBFGS,
                paper.epochs(),
                paper.batch(),
                paper.seed(),
                paper.learningRate(),
                paper.weightDecay(),
                OptionalInt.empty());
    }

    /**
     * Why a set cannot be looked at.
     *
     * @param samples the set
     * @return one clause, or empty if it can
     */
    public static Optional<String> obstacle(FeatureSet samples) {
        if (samples.labels().isEmpty()) {
            return Optional.of("'%s' has no labels".formatted(samples.dataset()));
        }
        if (samples.labels().get().classCount() < 2) {
            return Optional.of("'%s' has one class only".formatted(samples.dataset()));
        }
        return samples.size() < 2
                ? Optional.of("'%s' has one image only".formatted(samples.dataset()))
                : Optional.empty();
    }

    /**
     * Finds suspects.
     *
     * @param samples finite features with labels
     * @param seed of the folds
     * @param trained hears of each fold that is done
     * @return the suspects, those with the largest difference of the two probabilities first
     * @throws IllegalArgumentException if there is an {@link #obstacle}
     */
    public static List<Suspect> of(FeatureSet samples, long seed, IntConsumer trained) {
        obstacle(samples).ifPresent(why -> {
            throw new IllegalArgumentException("label noise cannot be measured: " + why);
        });
        Labels labels = samples.labels().orElseThrow();
        int n = samples.size();
        int classes = labels.classCount();
        float[] probabilities = probabilities(samples, labels, seed, trained);
        double[] thresholds = thresholds(probabilities, labels);
        float[] votes = votes(samples.features(), labels);
        var suspects = new ArrayList<Suspect>();
        for (int i = 0; i < n; i++) {
            int own = labels.get(i);
            int suggested = -1;
            for (int c = 0; c < classes; c++) {
                float p = probabilities[i * classes + c];
                if (c != own
                        && p >= thresholds[c]
                        && p > probabilities[i * classes + own]
                        && (suggested < 0 || p > probabilities[i * classes + suggested])) {
                    suggested = c;
                }
            }
            if (suggested >= 0 && suggested == winner(votes, i, classes)) {
                suspects.add(new Suspect(
                        i,
                        own,
                        suggested,
                        probabilities[i * classes + own],
                        probabilities[i * classes + suggested],
                        votes[i * classes + suggested]));
            }
        }
        suspects.sort(Comparator.<Suspect>comparingDouble(suspect -> suspect.own - suspect.other)
                .thenComparingInt(Suspect::row));
        return List.copyOf(suspects);
    }

    /** Out of fold, {@code [n x C]}. */
    private static float[] probabilities(FeatureSet samples, Labels labels, long seed, IntConsumer trained) {
        int n = samples.size();
        int classes = labels.classCount();
        int folds = Math.min(FOLDS, n);
        int[] order = shuffled(n, seed);
        float[] probabilities = new float[Math.multiplyExact(n, classes)];
        for (int fold = 0; fold < folds; fold++) {
            int part = fold;
            int[] held = IntStream.range(0, n)
                    .filter(i -> i % folds == part)
                    .map(i -> order[i])
                    .sorted()
                    .toArray();
            int[] rest = IntStream.range(0, n)
                    .filter(i -> i % folds != part)
                    .map(i -> order[i])
                    .sorted()
                    .toArray();
            LinearHead head = probe().train(samples.select(rest)).head();
            FeatureMatrix logits = head.logits(samples.select(held)).features();
            for (int i = 0; i < held.length; i++) {
                softmax(logits.row(i), probabilities, held[i] * classes);
            }
            trained.accept(1);
        }
        return probabilities;
    }

    private static int[] shuffled(int n, long seed) {
        var random = new SplittableRandom(seed);
        int[] order = IntStream.range(0, n).toArray();
        for (int i = n - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swapped = order[i];
            order[i] = order[j];
            order[j] = swapped;
        }
        return order;
    }

    private static void softmax(float[] logits, float[] target, int offset) {
        double largest = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            largest = Math.max(largest, logit);
        }
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - largest);
        }
        for (int c = 0; c < logits.length; c++) {
            target[offset + c] = (float) (Math.exp(logits[c] - largest) / sum);
        }
    }

    private static double[] thresholds(float[] probabilities, Labels labels) {
        int classes = labels.classCount();
        double[] sums = new double[classes];
        int[] counts = new int[classes];
        for (int i = 0; i < labels.size(); i++) {
            int own = labels.get(i);
            sums[own] += probabilities[i * classes + own];
            counts[own]++;
        }
        for (int c = 0; c < classes; c++) {
            // A class that nothing is labelled with is never suggested.
            sums[c] = counts[c] == 0 ? Double.POSITIVE_INFINITY : Math.min(MOST_NEEDED, sums[c] / counts[c]);
        }
        return sums;
    }

    /** Shares of the other nearest rows that have a label, {@code [n x C]}. */
    private static float[] votes(FeatureMatrix rows, Labels labels) {
        int n = rows.rows();
        int classes = labels.classCount();
        int k = Math.min(n, NEIGHBOURS + 1);
        float[] votes = new float[n * classes];
        new NearestRows(rows::copyRows, n, rows.dimension(), Measure.COSINE, Simd.kernels())
                .search(rows::copyRows, n, k, (query, nearest, cosines) -> {
                    int left = k - 1;
                    for (int i = 0; i < k && left > 0; i++) {
                        if (nearest[i] != query) {
                            votes[query * classes + labels.get(nearest[i])] += 1f / (k - 1);
                            left--;
                        }
                    }
                });
        return votes;
    }

    private static int winner(float[] votes, int row, int classes) {
        int winner = 0;
        for (int c = 1; c < classes; c++) {
            winner = votes[row * classes + c] > votes[row * classes + winner] ? c : winner;
        }
        return winner;
    }
}
