// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.feature.Labels;
import io.github.stray.probe.JoinedLabels;
import io.github.stray.probe.LinearHead;
import io.github.stray.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Inner product with the stored pattern of the predicted class: {@code s(x) = x . m_c}, {@code c = argmax W x + b}, m_c the
 * mean of the training rows of class c that the head classifies correctly. x is the head's own input:
 * {@code (x - mean) / scale} where the head carries them, in the patterns as in scoring.
 *
 * <h2>Ties and degenerate input</h2>
 *
 * Of equal logits the lower class is predicted. The pattern of a class of which no row is classified correctly is the mean
 * of all its rows; a note says how many such classes there are. A class without any training rows has no pattern, and a
 * sample predicted to be of it scores minus infinity: no in-distribution sample is known to look so. A note says how many
 * there are. Labels and the head's classes are joined as {@link JoinedLabels} says. A class that the head does not have is an
 * error that names the sample, as are no labels, no rows, NaN and infinity.
 *
 * <h2>Cost</h2>
 *
 * C * d multiply-adds a training row and a sample. State, F64: {@code patterns} {@code [C x d]}, {@code rows} {@code [C]}
 * (training rows of each class), {@code correct} {@code [C]} (those classified correctly); and the head.
 *
 * <h2>Source</h2>
 *
 * Zhang et al., Out-of-Distribution Detection based on In-Distribution Data Patterns Memorization with Modern Hopfield
 * Energy, ICLR 2023: its Simplified Hopfield Energy, an inner product. Deviation: the paper gives a class without
 * correctly classified rows no pattern.
 */
public record She() implements BuiltIn {
    private static final String ID = "she";
    private static final String PATTERNS = "patterns";
    private static final String ROWS = "rows";
    private static final String CORRECT = "correct";

    static final Method<She> METHOD = new Method<>(
            She.class,
            ID,
            "inner product with the mean of the predicted class's training rows",
            Needs.FEATURES.withHead(Needs.Head.REQUIRED).withLabels(),
            List.of(),
            given -> new She());

    @Override
    public FittedDetector fit(Training training) {
        OnHead.Fitting to = OnHead.Fitting.of(training, ID);
        FeatureSet samples = to.samples();
        LinearHead head = to.head();
        Inputs.requireLabels(samples, ID);
        JoinedLabels joined = JoinedLabels.of(head, samples);
        Patterns patterns = Patterns.of(to.inputs(), head, joined.labels());
        var notes = new ArrayList<>(patterns.notes());
        joined.note().ifPresent(notes::add);
        return with(head, to.space(), patterns, notes);
    }

    @Override
    public FittedDetector restore(FeatureSpace space, Map<String, Tensor> state) {
        LinearHead head = Headed.head(space, state);
        int classes = head.classes();
        Patterns patterns = new Patterns(
                Inputs.require(state, PATTERNS, ID, classes, space.dimension()).toDoubles(),
                Inputs.require(state, ROWS, ID, classes).toDoubles(),
                Inputs.require(state, CORRECT, ID, classes).toDoubles());
        return with(head, space, patterns, patterns.notes());
    }

    private FittedDetector with(LinearHead head, FeatureSpace space, Patterns patterns, List<String> notes) {
        return OnHead.fitted(this, space, head, notes, patterns::state, patterns::scores);
    }

    @SuppressWarnings("ArrayRecordComponent")
    private record Patterns(double[] means, double[] rows, double[] correct) {
        static Patterns of(HeadInputs training, LinearHead head, Labels labels) {
            boolean[] right = new boolean[training.size()];
            training.concurrently((from, inputs, count) -> {
                double[][] logits = HeadInputs.logits(head, inputs, count);
                for (int i = 0; i < count; i++) {
                    right[from + i] = Softmax.argmax(logits[i]) == labels.get(from + i);
                }
            });
            double[] rows = new double[head.classes()];
            double[] correct = new double[head.classes()];
            for (int i = 0; i < right.length; i++) {
                rows[labels.get(i)]++;
                correct[labels.get(i)] += right[i] ? 1 : 0;
            }
            int d = head.dimension();
            double[] means = new double[head.classes() * d];
            training.inOrder((from, inputs, count) -> {
                for (int i = 0; i < count; i++) {
                    int c = labels.get(from + i);
                    if (right[from + i] || correct[c] == 0) {
                        for (int t = 0; t < d; t++) {
                            means[c * d + t] += inputs[i * d + t];
                        }
                    }
                }
            });
            for (int c = 0; c < rows.length; c++) {
                double taken = correct[c] == 0 ? Math.max(1, rows[c]) : correct[c];
                for (int t = 0; t < d; t++) {
                    means[c * d + t] /= taken;
                }
            }
            return new Patterns(means, rows, correct);
        }

        Map<String, Tensor> state() {
            int classes = rows.length;
            return Map.of(
                    PATTERNS, Tensor.ofDoubles(means, classes, means.length / classes),
                    ROWS, Tensor.ofDoubles(rows, classes),
                    CORRECT, Tensor.ofDoubles(correct, classes));
        }

        List<String> notes() {
            int absent = 0;
            int wrong = 0;
            for (int c = 0; c < rows.length; c++) {
                absent += rows[c] == 0 ? 1 : 0;
                wrong += rows[c] > 0 && correct[c] == 0 ? 1 : 0;
            }
            var notes = new ArrayList<String>();
            if (wrong > 0) {
                notes.add(
                        "%d of %d classes have no correctly classified training rows; the mean of all their rows is their pattern"
                                .formatted(wrong, rows.length));
            }
            if (absent > 0) {
                notes.add("%d of %d classes have no training rows; samples predicted to be of them score minus infinity"
                        .formatted(absent, rows.length));
            }
            return notes;
        }

        double[] scores(OnHead.Rows block) {
            double[][] logits = block.logits();
            double[] scores = new double[block.count()];
            for (int i = 0; i < scores.length; i++) {
                double[] x = block.input(i);
                int c = Softmax.argmax(logits[i]);
                for (int t = 0; t < x.length; t++) {
                    scores[i] += x[t] * means[c * x.length + t];
                }
                if (rows[c] == 0) {
                    scores[i] = Double.NEGATIVE_INFINITY;
                }
            }
            return scores;
        }
    }
}
