// SPDX-License-Identifier: Apache-2.0
package io.github.stray.audit;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.language.ClassEmbeddings;
import io.github.stray.probe.LinearHead;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The class that a classifier sees in each sample, and how sure it is.
 *
 * @param classes {@code [n]} class of the largest probability, the lower one of equal ones; not copied
 * @param probabilities {@code [n]} that probability; not copied
 */
@SuppressWarnings("ArrayRecordComponent")
public record ClassGuesses(int[] classes, double[] probabilities) {
    private static final int BLOCK = 4096;

    /** Checks that there is a probability for each class. */
    public ClassGuesses {
        if (classes.length != probabilities.length) {
            throw new IllegalArgumentException(
                    "%d classes and %d probabilities".formatted(classes.length, probabilities.length));
        }
    }

    /**
     * {@return guesses by the softmax of a linear head}
     *
     * @param head a classifier on features, such as a probe
     * @param features {@code [n x d]} samples of its space
     * @throws IllegalArgumentException if the dimension differs
     */
    public static ClassGuesses of(LinearHead head, FeatureSet features) {
        int n = features.size();
        var guesses = new ClassGuesses(new int[n], new double[n]);
        for (int from = 0; from < n; from += BLOCK) {
            int[] rows = IntStream.range(from, Math.min(n, from + BLOCK)).toArray();
            FeatureMatrix logits = head.logits(features.select(rows)).features();
            for (int i = 0; i < rows.length; i++) {
                double[] row = new double[logits.dimension()];
                float[] values = logits.row(i);
                for (int c = 0; c < row.length; c++) {
                    row[c] = values[c];
                }
                guesses.set(rows[i], row, 0, row.length, 1);
            }
        }
        return guesses;
    }

    /**
     * Zero-shot: the softmax of cosines with class names at a temperature of 0.01, as CLIP was trained.
     *
     * @param names text embeddings of the class names
     * @param embeddings {@code [n x e]} image embeddings of the same space
     * @return their guesses
     */
    public static ClassGuesses of(ClassEmbeddings names, FeatureMatrix embeddings) {
        int n = embeddings.rows();
        var guesses = new ClassGuesses(new int[n], new double[n]);
        for (int from = 0; from < n; from += BLOCK) {
            int to = Math.min(n, from + BLOCK);
            float[] block = new float[(to - from) * embeddings.dimension()];
            embeddings.copyRows(from, to, block, 0);
            double[] cosines = names.cosines(block, to - from);
            for (int i = from; i < to; i++) {
                guesses.set(i, cosines, (i - from) * names.classes(), names.classes(), 0.01);
            }
        }
        return guesses;
    }

    /**
     * {@return guesses of a classifier that knows one class only and is always sure: class 0 with probability 1}
     *
     * @param n number of samples
     */
    public static ClassGuesses ofOneClass(int n) {
        var guesses = new ClassGuesses(new int[n], new double[n]);
        Arrays.fill(guesses.probabilities, 1);
        return guesses;
    }

    private void set(int i, double[] logits, int offset, int count, double temperature) {
        int best = 0;
        for (int c = 1; c < count; c++) {
            best = logits[offset + c] > logits[offset + best] ? c : best;
        }
        double sum = 0;
        for (int c = 0; c < count; c++) {
            sum += Math.exp((logits[offset + c] - logits[offset + best]) / temperature);
        }
        classes[i] = best;
        probabilities[i] = 1 / sum;
    }
}
