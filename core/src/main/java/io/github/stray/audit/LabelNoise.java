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
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Training images whose label is probably wrong.
 *
 * <h2>Definition</h2>
 *
 * The images are dealt into {@value #FOLDS} folds at random; each is judged by a linear probe that was trained on the other
 * folds. Let p_k be its probability of class k. The threshold t_k of class k is the mean of p_k over the images labelled k
 * (confident learning's threshold), but one half where that mean is larger. An image labelled y is a suspect if
 *
 * <ul>
 *   <li>some other class c has p_c at least t_c and above p_y; of several the one with the largest p_c counts; and
 *   <li>c has more votes than any other class among its {@value #NEIGHBOURS} nearest other images by cosine.
 * </ul>
 *
 * <h2>Ties</h2>
 *
 * Equal probabilities or votes: the lower class.
 *
 * <h2>Degenerate input</h2>
 *
 * Labels and two classes are needed, and two images. Where all images of a class lie in one fold, as the image of a class
 * with a single one does, the probe that judges them has not seen their class; they are not suspected, and the class is not
 * suggested for others of that fold. Fewer images than folds: as many folds as images.
 *
 * <h2>Cost</h2>
 *
 * Memory beside the features: a probe a fold, 40 bytes an image, and probabilities of {@value #BLOCK} images at a time.
 *
 * <h2>Source</h2>
 *
 * The mean as threshold is that of Northcutt, Jiang and Chuang, Journal of Artificial Intelligence Research 70 (2021). That
 * one half is enough is ours: it finds 99 instead of 70 of 100 planted errors (docs/audit.md). So is the agreement of
 * neighbours. The probe is the minimum of its loss by L-BFGS at a weight decay of 1e-3: it is the same for any seed and any
 * order, and as good on a hundred images as on many, where a fixed number of epochs is not.
 */
public final class LabelNoise {
    /** Folds of the cross-validation. */
    public static final int FOLDS = 5;

    /** Neighbours that vote. */
    public static final int NEIGHBOURS = 20;

    /** Probability of another class that is always enough. */
    private static final double MOST_NEEDED = 0.5;

    /** Images whose probabilities are held at a time. */
    private static final int BLOCK = 4096;

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

    /** {@return the probe that judges, linear by L-BFGS; also of use where all images may be learnt from} */
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
     * {@return why a set cannot be looked at, in one clause; empty if it can}
     *
     * @param samples the set
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
     * {@return the suspects, those with the largest difference of the two probabilities first}
     *
     * @param samples finite features with labels
     * @param seed of the folds
     * @param trained hears of each fold that is done
     * @throws IllegalArgumentException if there is an {@link #obstacle}
     */
    public static List<Suspect> of(FeatureSet samples, long seed, IntConsumer trained) {
        obstacle(samples).ifPresent(why -> {
            throw new IllegalArgumentException("label noise cannot be measured: " + why);
        });
        Labels labels = samples.labels().orElseThrow();
        List<Fold> folds = folds(samples, seed, trained);
        double[] thresholds = thresholds(samples, labels, folds);
        Vote[] votes = votes(samples.features(), labels);
        var suspects = new ArrayList<Suspect>();
        for (Fold fold : folds) {
            fold.judge(samples, (i, p) -> {
                int own = labels.get(i);
                int suggested = suggested(p, own, thresholds);
                if (suggested >= 0 && suggested == votes[i].winner && fold.known[own]) {
                    suspects.add(new Suspect(i, own, suggested, p[own], p[suggested], votes[i].share));
                }
            });
        }
        suspects.sort(Comparator.<Suspect>comparingDouble(suspect -> suspect.own - suspect.other)
                .thenComparingInt(Suspect::row));
        return List.copyOf(suspects);
    }

    /** The likeliest other class that is likelier than the label and reaches its threshold, -1 if there is none. */
    private static int suggested(float[] p, int own, double[] thresholds) {
        int suggested = -1;
        for (int c = 0; c < p.length; c++) {
            if (c != own && p[c] >= thresholds[c] && p[c] > p[own] && (suggested < 0 || p[c] > p[suggested])) {
                suggested = c;
            }
        }
        return suggested;
    }

    /** Hears of an image and its probabilities {@code [C]}. */
    private interface Judged {
        void accept(int row, float[] probabilities);
    }

    /** Images and a probe that was trained on all others; {@code known} says of which classes it saw images. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Fold(int[] held, LinearHead head, boolean[] known) {
        void judge(FeatureSet samples, Judged judged) {
            for (int from = 0; from < held.length; from += BLOCK) {
                int[] rows = Arrays.copyOfRange(held, from, Math.min(held.length, from + BLOCK));
                FeatureMatrix logits = head.logits(samples.select(rows)).features();
                for (int i = 0; i < rows.length; i++) {
                    judged.accept(rows[i], softmax(logits.row(i)));
                }
            }
        }
    }

    private static List<Fold> folds(FeatureSet samples, long seed, IntConsumer trained) {
        int n = samples.size();
        int count = Math.min(FOLDS, n);
        int[] order = shuffled(n, seed);
        var folds = new ArrayList<Fold>();
        for (int fold = 0; fold < count; fold++) {
            int part = fold;
            int[] held = rows(order, i -> i % count == part);
            FeatureSet training = samples.select(rows(order, i -> i % count != part));
            Labels labels = training.labels().orElseThrow();
            boolean[] known = new boolean[labels.classCount()];
            for (int i = 0; i < labels.size(); i++) {
                known[labels.get(i)] = true;
            }
            folds.add(new Fold(held, probe().train(training).head(), known));
            trained.accept(1);
        }
        return folds;
    }

    private static int[] rows(int[] order, IntPredicate places) {
        return IntStream.range(0, order.length)
                .filter(places)
                .map(i -> order[i])
                .sorted()
                .toArray();
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

    private static float[] softmax(float[] logits) {
        double largest = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            largest = Math.max(largest, logit);
        }
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - largest);
        }
        float[] probabilities = new float[logits.length];
        for (int c = 0; c < logits.length; c++) {
            probabilities[c] = (float) (Math.exp(logits[c] - largest) / sum);
        }
        return probabilities;
    }

    private static double[] thresholds(FeatureSet samples, Labels labels, List<Fold> folds) {
        double[] sums = new double[labels.classCount()];
        int[] counts = new int[labels.classCount()];
        for (Fold fold : folds) {
            fold.judge(samples, (i, p) -> {
                int own = labels.get(i);
                sums[own] += p[own];
                counts[own]++;
            });
        }
        for (int c = 0; c < sums.length; c++) {
            // A class that nothing is labelled with is never suggested.
            sums[c] = counts[c] == 0 ? Double.POSITIVE_INFINITY : Math.min(MOST_NEEDED, sums[c] / counts[c]);
        }
        return sums;
    }

    /** The label of most neighbours, the lower one of equal ones, and the share of neighbours that have it. */
    private record Vote(int winner, double share) {}

    private static Vote[] votes(FeatureMatrix rows, Labels labels) {
        int n = rows.rows();
        int k = Math.min(n, NEIGHBOURS + 1);
        Vote[] votes = new Vote[n];
        new NearestRows(rows::copyRows, n, rows.dimension(), Measure.COSINE, Simd.kernels())
                .search(rows::copyRows, n, k, (query, nearest, cosines) -> {
                    int[] voters = Arrays.stream(nearest)
                            .filter(row -> row != query)
                            .limit(k - 1)
                            .map(labels::get)
                            .sorted()
                            .toArray();
                    votes[query] = most(voters);
                });
        return votes;
    }

    private static Vote most(int[] ascending) {
        int winner = -1;
        int most = 0;
        int run = 0;
        for (int i = 0; i < ascending.length; i++) {
            run = i > 0 && ascending[i] == ascending[i - 1] ? run + 1 : 1;
            if (run > most) {
                most = run;
                winner = ascending[i];
            }
        }
        return new Vote(winner, most / (double) ascending.length);
    }
}
