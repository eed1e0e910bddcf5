// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.probe.LinearHead;
import io.github.stray.score.Scores;
import io.github.stray.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A fitted detector of a head's own inputs. */
final class OnHead implements FittedDetector {
    /** Scores of a block of rows. */
    @FunctionalInterface
    interface Method {
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
            return logits(inputs);
        }

        /** The logits of other inputs, one row for each of these. */
        double[][] logits(double[] replaced) {
            return HeadInputs.logits(head, replaced, count);
        }

        /** How a message names a row. */
        String name(int i) {
            return "sample '%s' of '%s'".formatted(samples.ids().get(from + i), samples.dataset());
        }
    }

    private final Detector detector;
    private final FeatureSpace space;
    private final LinearHead head;
    private final Map<String, Tensor> state;
    private final List<String> notes;
    private final Method method;

    OnHead(
            Detector detector,
            FeatureSpace space,
            LinearHead head,
            Map<String, Tensor> learnt,
            List<String> notes,
            Method method) {
        this.detector = detector;
        this.space = space;
        this.head = head;
        this.notes = List.copyOf(notes);
        this.method = method;
        var all = new LinkedHashMap<>(learnt);
        all.putAll(Headed.state(head));
        this.state = Map.copyOf(all);
    }

    /** Of a method that fits nothing. */
    OnHead(Detector detector, FeatureSpace space, LinearHead head, Method method) {
        this(detector, space, head, Map.of(), List.of(), method);
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

    @Override
    public Detector detector() {
        return detector;
    }

    @Override
    public FeatureSpace space() {
        return space;
    }

    @Override
    public Scores score(FeatureSet samples) {
        Inputs.requireSamples(samples, space, detector.id());
        double[] scores = new double[samples.size()];
        new HeadInputs(samples.features(), head)
                .concurrently((from, inputs, count) -> System.arraycopy(
                        method.scores(new Rows(head, samples, from, inputs, count)), 0, scores, from, count));
        return Scores.of(scores);
    }

    @Override
    public List<String> notes() {
        return notes;
    }

    @Override
    public Map<String, Tensor> state() {
        return state;
    }
}
