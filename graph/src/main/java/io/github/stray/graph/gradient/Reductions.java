// SPDX-License-Identifier: Apache-2.0
package io.github.stray.graph.gradient;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** Sums, means, norms and extrema along axes, and softmax. */
final class Reductions {
    private Reductions() {}

    static Map<String, Rule> rules() {
        return Map.ofEntries(
                Map.entry("ReduceSum", step -> spread(step, 1)),
                Map.entry("ReduceMean", Reductions::mean),
                Map.entry("ReduceSumSquare", step -> times(step, step.input(0), 2)),
                Map.entry("ReduceL1", step -> times(step, step.emit().apply("Sign", step.input(0)), 1)),
                Map.entry("ReduceL2", Reductions::norm),
                Map.entry("ReduceLogSumExp", Reductions::logSumExp),
                Map.entry("ReduceLogSum", Reductions::logSum),
                Map.entry("ReduceProd", Reductions::product),
                Map.entry("ReduceMax", step -> extremum(step, "Less")),
                Map.entry("ReduceMin", step -> extremum(step, "Greater")),
                Map.entry("Softmax", Reductions::softmax),
                Map.entry("LogSoftmax", Reductions::logSoftmax));
    }

    /** The input's shape with 1 where it was reduced, which broadcasts against the input. */
    private static long[] kept(Step step) throws IOException {
        long[] shape = step.inputShape(0).clone();
        for (long axis : step.axes(1, shape.length)) {
            shape[(int) axis] = 1;
        }
        return shape;
    }

    private static String kept(Step step, String tensor) throws IOException {
        return step.emit().reshape(tensor, step.outputShape(), kept(step));
    }

    private static void spread(Step step, double factor) throws IOException {
        String gradient = factor == 1 ? step.gradient() : step.emit().multiply(step.gradient(), factor);
        step.give(0, step.emit().expand(kept(step, gradient), kept(step), step.inputShape(0)));
    }

    private static void mean(Step step) throws IOException {
        long[] shape = step.inputShape(0);
        long count = Arrays.stream(step.axes(1, shape.length))
                .map(axis -> shape[(int) axis])
                .reduce(1, (a, b) -> a * b);
        spread(step, 1.0 / count);
    }

    private static void times(Step step, String slope, double factor) throws IOException {
        String gradient = factor == 1 ? step.gradient() : step.emit().multiply(step.gradient(), factor);
        step.give(0, step.emit().multiply(slope, kept(step, gradient)));
    }

    private static void norm(Step step) throws IOException {
        Emitter emit = step.emit();
        step.give(
                0, emit.multiply(step.input(0), kept(step, emit.divide(step.gradient(), emit.divisor(step.output())))));
    }

    private static void logSum(Step step) throws IOException {
        Emitter emit = step.emit();
        String share = emit.multiply(step.gradient(), emit.apply("Exp", emit.negate(step.output())));
        step.give(0, emit.expand(kept(step, share), kept(step), step.inputShape(0)));
    }

    /** The product of all others: with no zero y / x, with one zero the product without it for it alone, else 0. */
    private static void product(Step step) throws IOException {
        Emitter emit = step.emit();
        long[] axes = step.axes(1, step.inputShape(0).length);
        String zero = emit.node("Equal", List.of(step.input(0), emit.scalar(0)));
        String others = emit.node("Where", List.of(zero, emit.scalar(1), step.input(0)));
        String product = emit.multiply(emit.reduceProduct(others, axes), kept(step, step.gradient()));
        String zeros = emit.reduceSum(emit.cast(zero), axes);
        String none = emit.where(emit.node("Equal", List.of(zeros, emit.scalar(0))), product);
        String single = emit.where(emit.node("Equal", List.of(zeros, emit.scalar(1))), product);
        step.give(0, emit.node("Where", List.of(zero, single, emit.divide(none, others))));
    }

    private static void logSumExp(Step step) throws IOException {
        Emitter emit = step.emit();
        String share = emit.apply("Exp", emit.subtract(step.input(0), kept(step, step.output())));
        step.give(0, emit.multiply(share, kept(step, step.gradient())));
    }

    /** Equal extrema share the gradient. */
    private static void extremum(Step step, String beaten) throws IOException {
        Emitter emit = step.emit();
        String wins = emit.unless(beaten, step.input(0), kept(step, step.output()));
        String winners = emit.reduceSum(wins, step.axes(1, step.inputShape(0).length));
        step.give(0, emit.multiply(wins, emit.divide(kept(step, step.gradient()), winners)));
    }

    /** One axis, or before operator set 13 all axes from the given one on. */
    private static long[] softmaxAxes(Step step) throws IOException {
        int rank = step.inputShape(0).length;
        if (step.opset() >= 13) {
            return new long[] {Step.axis(step.attributes().integer("axis", -1), rank)};
        }
        return LongStream.range(Step.axis(step.attributes().integer("axis", 1), rank), rank)
                .toArray();
    }

    private static void softmax(Step step) throws IOException {
        Emitter emit = step.emit();
        String weighted = emit.multiply(step.gradient(), step.output());
        String mean = emit.reduceSum(weighted, softmaxAxes(step));
        step.give(0, emit.subtract(weighted, emit.multiply(step.output(), mean)));
    }

    private static void logSoftmax(Step step) throws IOException {
        Emitter emit = step.emit();
        String sum = emit.reduceSum(step.gradient(), softmaxAxes(step));
        step.give(0, emit.subtract(step.gradient(), emit.multiply(emit.apply("Exp", step.output()), sum)));
    }
}
