// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.probe.LinearHead;
import io.github.stray.score.Scores;
import io.github.stray.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** What the methods on a head's own inputs share: what they are given, and scores block by block. */
final class OnHead {
    private OnHead() {}

    /** Scores of a block of rows. */
    @FunctionalInterface
    interface BlockScore {
        double[] scores(Rows rows);
    }

    /**
     * A block of samples.
     *
     * @param head the head
     * @param samples the samples it is of
     * @param from index of its first sample
     * @param inputs the head's inputs {@code [count x d]}
     * @param count number of rows
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Rows(LinearHead head, FeatureSet samples, int from, double[] inputs, int count) {
        /** The input of a row, a copy. */
        double[] input(int i) {
            return Arrays.copyOfRange(inputs, i * head.dimension(), (i + 1) * head.dimension());
        }

        /** The logits of each row. */
        double[][] logits() {
            return HeadInputs.logits(head, inputs, count);
        }

        /** The energy of the head on other inputs, one row for each of these. */
        double[] energies(double[] replaced) {
            return HeadInputs.energies(head, replaced, count);
        }

        /** How a message names a row. */
        String name(int i) {
            return "sample '%s' of '%s'".formatted(samples.ids().get(from + i), samples.dataset());
        }
    }

    /** A head and where its inputs live: where the samples do, which are optional. */
    record Given(LinearHead head, FeatureSpace space) {
        static Given of(Training training, String id) {
            LinearHead head = Inputs.requireHead(training, id);
            training.samples().ifPresent(samples -> {
                Inputs.requireTraining(samples, id);
                Inputs.requireSuits(head, samples);
            });
            return new Given(head, training.samples().map(FeatureSet::space).orElse(head.space()));
        }
    }

    /** A head and the samples that a method is fitted to. */
    record Fitting(LinearHead head, FeatureSet samples) {
        static Fitting of(Training training, String id) {
            FeatureSet samples = Inputs.requireTraining(training, id);
            LinearHead head = Inputs.requireHead(training, id);
            Inputs.requireSuits(head, samples);
            return new Fitting(head, samples);
        }

        FeatureSpace space() {
            return samples.space();
        }

        HeadInputs inputs() {
            return new HeadInputs(samples.features(), head);
        }
    }

    /** A fitted detector; its state is what the method learnt, and the head. */
    static Fitted fitted(
            Detector detector,
            FeatureSpace space,
            LinearHead head,
            List<String> notes,
            Supplier<Map<String, Tensor>> learnt,
            BlockScore method) {
        return new Fitted(
                detector,
                space,
                notes,
                () -> Headed.withHead(learnt.get(), head),
                samples -> Scores.of(scores(head, samples, method)));
    }

    /** A fitted detector of a method that learns nothing. */
    static Fitted fitted(Detector detector, FeatureSpace space, LinearHead head, BlockScore method) {
        return fitted(detector, space, head, List.of(), Map::of, method);
    }

    private static double[] scores(LinearHead head, FeatureSet samples, BlockScore method) {
        double[] scores = new double[samples.size()];
        new HeadInputs(samples.features(), head)
                .concurrently((from, inputs, count) -> System.arraycopy(
                        method.scores(new Rows(head, samples, from, inputs, count)), 0, scores, from, count));
        return scores;
    }
}
