// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.internal.linalg.Parallel;
import io.github.stray.internal.linalg.Simd;
import io.github.stray.score.Scores;
import io.github.stray.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Minus the smallest Kullback-Leibler divergence from a typical prediction: {@code s = -min_c KL(p || q_c)} with {@code p =
 * softmax(z)}, in nats, at most 0. {@code q_c} is the mean softmax of the training rows that are predicted c; labels are not
 * read.
 *
 * <h2>Options</h2>
 *
 * None: the definition has no temperature.
 *
 * <h2>Ties and degenerate input</h2>
 *
 * A row is predicted the class of its largest logit, the lowest of equal ones. A class that no training row is predicted has
 * the one-hot of c as q_c, and a note says how many there are. {@code 0 log 0} is 0; where p is positive and q_c is 0 the
 * divergence from c is infinite, and the score too if that holds of every class. p and q are doubles: a probability below
 * 1e-323 is 0. One class gives 0 for every sample. No rows, NaN and infinite logits are errors.
 *
 * <h2>Cost</h2>
 *
 * C exponentials a training row; C * C multiply-adds a sample. A divergence is the difference of cross entropy and entropy,
 * and off by some 1e-15 times these. State: {@code mean_softmax} {@code [C x C]}, F64. At most 46340 classes.
 *
 * <h2>Source</h2>
 *
 * Hendrycks et al., Scaling Out-of-Distribution Detection for Real-World Settings, ICML 2022 (arXiv 1911.11132). Deviation:
 * one-hot for classes without rows, of which the paper says nothing.
 */
public record Klm() implements BuiltIn {
    private static final String ID = "klm";
    private static final String MEANS = "mean_softmax";
    private static final int BLOCK_VALUES = 1 << 20;

    static final Method<Klm> METHOD = new Method<>(
            Klm.class,
            ID,
            "nearness of the softmax probabilities to those typical of a class",
            Needs.LOGITS,
            List.of(),
            given -> new Klm());

    @Override
    public FittedDetector fit(Training training) {
        return Headed.fit(training, ID, this::fitTo);
    }

    private FittedDetector fitTo(FeatureSet training) {
        int classes = training.space().dimension();
        if ((long) classes * classes > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException(
                    "klm keeps the mean softmax of each class and takes at most 46340 classes, '%s' has %d"
                            .formatted(training.dataset(), classes));
        }
        double[] means = new double[classes * classes];
        int[] counts = new int[classes];
        int step = Math.max(1, BLOCK_VALUES / classes);
        for (int from = 0; from < training.size(); from += step) {
            add(training, from, Math.min(training.size(), from + step), means, counts);
        }
        int unseen = 0;
        for (int c = 0; c < classes; c++) {
            if (counts[c] == 0) {
                unseen++;
                means[c * classes + c] = 1;
            } else {
                for (int j = c * classes; j < (c + 1) * classes; j++) {
                    means[j] /= counts[c];
                }
            }
        }
        List<String> notes = unseen == 0
                ? List.of()
                : List.of("%d of %d classes are predicted for no training row; one-hot stands for their mean softmax"
                        .formatted(unseen, classes));
        return with(training.space(), means, notes);
    }

    private static void add(FeatureSet training, int from, int to, double[] means, int[] counts) {
        int classes = training.space().dimension();
        double[][] probabilities = new double[to - from][];
        int[] predicted = new int[to - from];
        IntStream.range(0, to - from).parallel().forEach(i -> {
            double[] logits = LogitScore.row(training, from + i);
            predicted[i] = Softmax.argmax(logits);
            probabilities[i] = Softmax.of(logits, 1);
        });
        for (int i = 0; i < predicted.length; i++) {
            counts[predicted[i]]++;
            for (int j = 0; j < classes; j++) {
                means[predicted[i] * classes + j] += probabilities[i][j];
            }
        }
    }

    @Override
    public FittedDetector restore(FeatureSpace space, Map<String, Tensor> state) {
        return Headed.restore(space, state, (logits, tensors) -> {
            int classes = logits.dimension();
            double[] means =
                    Inputs.require(tensors, MEANS, ID, classes, classes).toDoubles();
            return with(logits, means, List.of());
        });
    }

    private FittedDetector with(FeatureSpace space, double[] means, List<String> notes) {
        int classes = space.dimension();
        Typical typical = Typical.of(means, classes);
        return new Fitted(
                this,
                space,
                notes,
                () -> Map.of(MEANS, Tensor.ofDoubles(means, classes, classes)),
                samples -> Scores.fromOutlierScores(typical.divergences(samples)));
    }

    /** The logarithms of the mean softmax of each class, {@code [C x C]}, and where it is 0. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Typical(double[] logarithms, int[][] impossible) {
        static Typical of(double[] means, int classes) {
            double[] logarithms = new double[means.length];
            for (int i = 0; i < means.length; i++) {
                logarithms[i] = means[i] > 0 ? Math.log(means[i]) : 0;
            }
            int[][] impossible = new int[classes][];
            for (int c = 0; c < classes; c++) {
                int row = c * classes;
                impossible[c] = IntStream.range(0, classes)
                        .filter(j -> means[row + j] == 0)
                        .toArray();
            }
            return new Typical(logarithms, impossible);
        }

        double[] divergences(FeatureSet samples) {
            int n = samples.size();
            int step = Math.max(1, BLOCK_VALUES / impossible.length);
            double[] divergences = new double[n];
            Parallel.blocks(n, step, true, (from, to) -> measure(samples, from, to, divergences));
            return divergences;
        }

        /** KL(p || q) = sum p log p - sum p log q, where no positive p meets a q of 0. */
        private void measure(FeatureSet samples, int from, int to, double[] divergences) {
            int classes = impossible.length;
            double[] p = new double[(to - from) * classes];
            double[] certainty = new double[to - from];
            for (int i = 0; i < to - from; i++) {
                double[] logits = LogitScore.row(samples, from + i);
                double energy = Softmax.energy(logits, 1);
                double[] row = Softmax.of(logits, 1);
                System.arraycopy(row, 0, p, i * classes, classes);
                for (int j = 0; j < classes; j++) {
                    certainty[i] += row[j] == 0 ? 0 : row[j] * (logits[j] - energy);
                }
            }
            double[] cross = new double[p.length];
            Simd.kernels().dots(p, 0, to - from, logarithms, 0, classes, classes, cross);
            for (int i = 0; i < to - from; i++) {
                double smallest = Double.POSITIVE_INFINITY;
                for (int c = 0; c < classes; c++) {
                    double divergence = certainty[i] - cross[i * classes + c];
                    if (divergence < smallest && possible(c, p, i * classes)) {
                        smallest = divergence;
                    }
                }
                divergences[from + i] = Math.max(0, smallest);
            }
        }

        private boolean possible(int c, double[] p, int row) {
            for (int j : impossible[c]) {
                if (p[row + j] > 0) {
                    return false;
                }
            }
            return true;
        }
    }
}
