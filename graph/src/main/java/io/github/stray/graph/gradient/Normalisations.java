// SPDX-License-Identifier: Apache-2.0
package io.github.stray.graph.gradient;

import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.LongStream;

/** Normalisation layers of inference. */
final class Normalisations {
    private Normalisations() {}

    static Map<String, Rule> rules() {
        return Map.of(
                "BatchNormalization", Normalisations::batch,
                "LayerNormalization", Normalisations::layer,
                "InstanceNormalization", Normalisations::instance,
                "LpNormalization", Normalisations::unit);
    }

    private static long[] channels(int rank, long count) {
        long[] shape = new long[rank];
        Arrays.fill(shape, 1);
        shape[1] = count;
        return shape;
    }

    private static String channelwise(Step step, String vector) throws IOException {
        long[] shape = step.inputShape(0);
        return step.emit().reshape(vector, new long[] {shape[1]}, channels(shape.length, shape[1]));
    }

    private static void batch(Step step) throws IOException {
        if (step.attributes().integer("training_mode", 0) != 0) {
            throw step.fault("is in training mode; export the network for inference");
        }
        Emitter emit = step.emit();
        String deviation = emit.apply(
                "Sqrt", emit.add(step.input(4), emit.scalar(step.attributes().number("epsilon", 1e-5))));
        step.give(0, emit.multiply(step.gradient(), channelwise(step, emit.divide(step.input(1), deviation))));
    }

    private static void layer(Step step) throws IOException {
        int rank = step.inputShape(0).length;
        long[] axes = LongStream.range(Step.axis(step.attributes().integer("axis", -1), rank), rank)
                .toArray();
        standardised(step, axes, step.emit().multiply(step.gradient(), step.input(1)));
    }

    private static void instance(Step step) throws IOException {
        long[] axes = LongStream.range(2, step.inputShape(0).length).toArray();
        standardised(step, axes, step.emit().multiply(step.gradient(), channelwise(step, step.input(1))));
    }

    /** With z = (x - mean) / s and h the gradient of z, that of x is (h - mean(h) - z mean(h z)) / s. */
    private static void standardised(Step step, long[] axes, String h) throws IOException {
        Emitter emit = step.emit();
        String centred = emit.subtract(step.input(0), emit.reduceMean(step.input(0), axes));
        String variance = emit.reduceMean(emit.multiply(centred, centred), axes);
        String deviation = emit.apply(
                "Sqrt", emit.add(variance, emit.scalar(step.attributes().number("epsilon", 1e-5))));
        String z = emit.divide(centred, deviation);
        String along = emit.multiply(z, emit.reduceMean(emit.multiply(h, z), axes));
        String rest = emit.subtract(emit.subtract(h, emit.reduceMean(h, axes)), along);
        step.give(0, emit.divide(rest, deviation));
    }

    /** y = x / |x|: the gradient is (g - y (g . y)) / |x|. */
    private static void unit(Step step) throws IOException {
        if (step.attributes().integer("p", 2) != 2) {
            throw step.fault("divides by another norm than the Euclidean one");
        }
        Emitter emit = step.emit();
        long[] axis = {Step.axis(step.attributes().integer("axis", -1), step.inputShape(0).length)};
        String x = step.input(0);
        String length = emit.divisor(emit.apply("Sqrt", emit.reduceSum(emit.multiply(x, x), axis)));
        String along = emit.reduceSum(emit.multiply(step.gradient(), step.output()), axis);
        String across = emit.subtract(step.gradient(), emit.multiply(step.output(), along));
        step.give(0, emit.divide(across, length));
    }
}
