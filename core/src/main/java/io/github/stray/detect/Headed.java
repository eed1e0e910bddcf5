// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.feature.Layer;
import io.github.stray.probe.LinearHead;
import io.github.stray.probe.LinearHead.Standardisation;
import io.github.stray.probe.SeenSamples;
import io.github.stray.remedy.RefusedException;
import io.github.stray.remedy.Remedy;
import io.github.stray.score.Scores;
import io.github.stray.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * A detector of logits that makes them from features with a linear head. Logits are rounded to float32, so that scores are
 * those of a file of logits.
 *
 * <p>State: that of the detector on logits, and the head as {@code head.weight} {@code [C x d]}, {@code head.bias}
 * {@code [C]}, {@code head.mean} and {@code head.scale} {@code [d]} where it has them.
 */
final class Headed {
    private static final String WEIGHT = "head.weight";
    private static final String BIAS = "head.bias";
    private static final String MEAN = "head.mean";
    private static final String SCALE = "head.scale";
    private static final List<Layer> LAYERS = List.of(Layer.FEATURES, Layer.LOGITS);
    private static final int BLOCK_LOGITS = 1 << 22;

    private Headed() {}

    /** The option of a method that reads features or, if it is told so, logits. */
    static <D> Option<D, Layer> layer(Function<D, Layer> value) {
        return Option.oneOf("on", Layer.FEATURES, "layer that is read", LAYERS, value);
    }

    static void requireLayer(Layer on, String id) {
        Option.require(LAYERS.contains(on), id, "on", "be features or logits", on);
    }

    static Needs needs(Layer on) {
        return (on == Layer.LOGITS ? Needs.LOGITS : Needs.FEATURES).withLabels();
    }

    /** Fits to the layer that is read. */
    static FittedDetector fit(Layer on, Training training, String id, Function<FeatureSet, FittedDetector> method) {
        return on == Layer.LOGITS ? fit(training, id, method) : method.apply(Inputs.requireTraining(training, id));
    }

    /** Fits to logits, or to the logits that the head makes of features. */
    static FittedDetector fit(Training training, String id, Function<FeatureSet, FittedDetector> onLogits) {
        FeatureSet samples = Inputs.requireTraining(training, id);
        if (training.head().isEmpty()) {
            return onLogits.apply(samples);
        }
        LinearHead head = training.head().get();
        Inputs.requireSuits(head, samples);
        return with(head, samples.space(), onLogits.apply(head.logits(samples)));
    }

    /** Fits nothing: only the space is taken from head or samples. */
    static FittedDetector unfitted(Training training, String id, Function<FeatureSpace, FittedDetector> onLogits) {
        if (training.samples().isPresent()) {
            Inputs.requireTraining(training, id);
        }
        if (training.head().isEmpty()) {
            return onLogits.apply(training.samples()
                    .orElseThrow(() -> new RefusedException(
                            "%s reads logits, and without training samples nothing says of how many classes"
                                    .formatted(id),
                            Remedy.LOGITS_OR_HEAD))
                    .space());
        }
        LinearHead head = training.head().get();
        training.samples().ifPresent(samples -> Inputs.requireSuits(head, samples));
        FeatureSpace space = training.samples().map(FeatureSet::space).orElse(head.space());
        return with(head, space, onLogits.apply(head.logits(space)));
    }

    static FittedDetector restore(
            FeatureSpace space,
            Map<String, Tensor> state,
            BiFunction<FeatureSpace, Map<String, Tensor>, FittedDetector> onLogits) {
        if (!state.containsKey(WEIGHT)) {
            return onLogits.apply(space, state);
        }
        LinearHead head = head(space, state);
        return with(head, space, onLogits.apply(head.logits(space), state));
    }

    private static Fitted with(LinearHead head, FeatureSpace space, FittedDetector onLogits) {
        return new Fitted(
                onLogits.detector(),
                space,
                List.of(Layer.FEATURES),
                onLogits.notes(),
                () -> withHead(onLogits.state(), head),
                samples -> ofLogits(head, samples, onLogits::score));
    }

    /** Scores of the logits that a head makes, a block of samples at a time. */
    static Scores ofLogits(LinearHead head, FeatureSet samples, Function<FeatureSet, Scores> score) {
        int step = Math.max(1, BLOCK_LOGITS / head.classes());
        double[] scores = new double[samples.size()];
        for (int from = 0; from < scores.length; from += step) {
            int to = Math.min(scores.length, from + step);
            FeatureSet block = samples.select(IntStream.range(from, to).toArray());
            System.arraycopy(score.apply(head.logits(block)).toArray(), 0, scores, from, to - from);
        }
        return Scores.of(scores);
    }

    /** The head of a stored state. */
    static LinearHead head(FeatureSpace space, Map<String, Tensor> state) {
        Tensor weight = Inputs.require(state, WEIGHT, "a detector with a head", -1, space.dimension());
        Tensor bias = Inputs.require(state, BIAS, "a detector with a head", weight.shape()[0]);
        Optional<Standardisation> standardisation = state.containsKey(MEAN)
                ? Optional.of(new Standardisation(
                        Inputs.require(state, MEAN, "a detector with a head", space.dimension())
                                .toFloats(),
                        Inputs.require(state, SCALE, "a detector with a head", space.dimension())
                                .toFloats()))
                : Optional.empty();
        return new LinearHead(
                FeatureMatrix.of(weight), bias.toFloats(), standardisation, List.of(), space, SeenSamples.UNKNOWN);
    }

    /** The head of a stored state, if there is one. */
    static Optional<LinearHead> headIfAny(FeatureSpace space, Map<String, Tensor> state) {
        return state.containsKey(WEIGHT) ? Optional.of(head(space, state)) : Optional.empty();
    }

    /** A state with a head beside what was learnt, to be read by {@link #head}. */
    static Map<String, Tensor> withHead(Map<String, Tensor> learnt, LinearHead head) {
        var state = new LinkedHashMap<>(learnt);
        state.put(WEIGHT, head.weight().toTensor());
        state.put(BIAS, Tensor.ofFloats(head.bias(), head.classes()));
        head.standardisation().ifPresent(first -> {
            state.put(MEAN, Tensor.ofFloats(first.mean(), head.dimension()));
            state.put(SCALE, Tensor.ofFloats(first.scale(), head.dimension()));
        });
        return state;
    }
}
