// SPDX-License-Identifier: Apache-2.0
package io.github.stray.probe;

import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.Labels;
import java.util.stream.IntStream;

/**
 * How well a head tells the classes of labelled samples apart.
 *
 * @param samples number of samples n, at least 1
 * @param correct number of samples whose largest logit is that of their class, joined as {@link JoinedLabels} says; of equal
 *     logits the lower class counts
 * @param loss mean cross-entropy of the softmax of the logits, natural logarithm
 */
public record HeadQuality(int samples, int correct, double loss) {
    private static final int BLOCK = 256;

    /** What some rows add. */
    private record Part(int correct, double loss) {}

    /**
     * {@return the quality of a head on samples; logits, softmax and sums are double, the same on any number of processors}
     *
     * @param head the head
     * @param labelled finite features of the head's dimension, with labels
     * @throws IllegalArgumentException if there are no samples or no labels, a value is not finite, or the dimension or a class is
     *     not one of the head's
     */
    public static HeadQuality of(LinearHead head, FeatureSet labelled) {
        int d = head.dimension();
        if (labelled.features().dimension() != d) {
            throw new IllegalArgumentException("samples '%s' have dimension %d, the head takes %d"
                    .formatted(labelled.dataset(), labelled.features().dimension(), d));
        }
        if (labelled.labels().isEmpty()) {
            throw new IllegalArgumentException("accuracy needs labels, '%s' has none".formatted(labelled.dataset()));
        }
        int n = labelled.size();
        if (n == 0) {
            throw new IllegalArgumentException(
                    "accuracy needs at least one sample, '%s' has none".formatted(labelled.dataset()));
        }
        Labels labels = JoinedLabels.of(head, labelled).labels();
        labelled.requireFinite();
        int correct = 0;
        double loss = 0;
        for (Part part : IntStream.range(0, Math.ceilDiv(n, BLOCK))
                .parallel()
                .mapToObj(b -> part(head, labelled, labels, b * BLOCK, Math.min(n, (b + 1) * BLOCK)))
                .toList()) {
            correct += part.correct;
            loss += part.loss;
        }
        return new HeadQuality(n, correct, loss / n);
    }

    private static Part part(LinearHead head, FeatureSet labelled, Labels labels, int from, int to) {
        int classes = head.classes();
        float[] rows = new float[(to - from) * head.dimension()];
        labelled.features().copyRows(from, to, rows, 0);
        double[] logits = head.logits(head.inputs(rows, to - from), to - from);
        int correct = 0;
        double loss = 0;
        for (int i = 0; i < to - from; i++) {
            int best = 0;
            for (int c = 1; c < classes; c++) {
                best = logits[i * classes + c] > logits[i * classes + best] ? c : best;
            }
            double largest = logits[i * classes + best];
            double sum = 0;
            for (int c = 0; c < classes; c++) {
                sum += Math.exp(logits[i * classes + c] - largest);
            }
            int label = labels.get(from + i);
            correct += best == label ? 1 : 0;
            loss += Math.log(sum) + largest - logits[i * classes + label];
        }
        return new Part(correct, loss);
    }

    /** {@return the top-1 accuracy: correct / samples, 0 to 1} */
    public double accuracy() {
        return (double) correct / samples;
    }
}
