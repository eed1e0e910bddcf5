// SPDX-License-Identifier: Apache-2.0
package io.github.stray.graph.gradient;

import ai.onnx.proto.OnnxMl.NodeProto;
import io.github.stray.graph.NodeAttributes;
import io.github.stray.graph.UnreadableGraphException;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;

/** One node on the way back: what a rule sees of it, and where it leaves the gradients of its inputs. */
final class Step {
    private final Backward backward;
    private final NodeProto node;
    private final NodeAttributes attributes;
    private final Set<Integer> given = new HashSet<>();
    private final Set<Integer> read = new HashSet<>();

    Step(Backward backward, NodeProto node) {
        this.backward = backward;
        this.node = node;
        this.attributes = NodeAttributes.of(node);
    }

    Emitter emit() {
        return backward.emitter();
    }

    long opset() {
        return backward.opset();
    }

    NodeAttributes attributes() {
        return attributes;
    }

    int inputs() {
        return node.getInputCount();
    }

    int outputs() {
        return node.getOutputCount();
    }

    boolean has(int input) {
        return input < node.getInputCount() && !node.getInput(input).isEmpty();
    }

    String input(int index) {
        return node.getInput(index);
    }

    String output() {
        return node.getOutput(0);
    }

    long[] inputShape(int index) throws IOException {
        return backward.shape(input(index));
    }

    long[] outputShape() throws IOException {
        return backward.shape(output());
    }

    long[] outputShape(int index) throws IOException {
        return backward.shape(node.getOutput(index));
    }

    /** Gradient of the first output. A rule is asked only where an output has one. */
    String gradient() throws IOException {
        return gradient(0).orElseThrow(() -> fault("is used by an output that has no gradient here"));
    }

    Optional<String> gradient(int output) {
        read.add(output);
        return backward.gradient(node.getOutput(output));
    }

    /** Whether the input depends on the image and leads to the scalar. */
    boolean wants(int input) {
        return has(input) && backward.isOnTheWay(input(input));
    }

    /** Leaves a gradient of the input's own shape. */
    void give(int input, String gradient) {
        given.add(input);
        backward.add(input(input), gradient);
    }

    /** Leaves a gradient of another shape, to which the operator had broadcast the input. */
    void giveBroadcast(int input, String gradient, long[] shape) throws IOException {
        give(input, unbroadcast(gradient, shape, inputShape(input)));
    }

    /** Undoes broadcasting by summation. */
    String unbroadcast(String gradient, long[] from, long[] to) {
        int lead = from.length - to.length;
        long[] axes = LongStream.range(0, from.length)
                .filter(i -> i < lead || (to[(int) i - lead] == 1 && from[(int) i] != 1))
                .toArray();
        if (axes.length == 0) {
            return gradient;
        }
        long[] kept = from.clone();
        for (long axis : axes) {
            kept[(int) axis] = 1;
        }
        return emit().reshape(emit().reduceSum(gradient, axes), kept, to);
    }

    /** An axis counted from the front. */
    static int axis(long axis, int rank) {
        return (int) (axis < 0 ? axis + rank : axis);
    }

    /** Values of a small integer input that does not depend on the image. */
    long[] integers(int input) throws IOException {
        return backward.integers(input(input))
                .orElseThrow(() ->
                        fault("has the %s '%s', whose values are not known".formatted(ordinal(input), input(input))));
    }

    private static String ordinal(int input) {
        return "input " + (input + 1);
    }

    /** Sizes or axes that newer operator sets take as an input and older ones as an attribute. */
    Optional<long[]> integers(int input, String attribute) throws IOException {
        if (has(input)) {
            return Optional.of(integers(input));
        }
        List<Long> values = attributes.integers(attribute);
        return attributes.has(attribute)
                ? Optional.of(values.stream().mapToLong(Long::longValue).toArray())
                : Optional.empty();
    }

    /** The axes of a reduction, counted from the front, ascending. */
    long[] axes(int input, int rank) throws IOException {
        Optional<long[]> given = integers(input, "axes");
        if (given.isEmpty() || given.get().length == 0) {
            return attributes.integer("noop_with_empty_axes", 0) == 1
                    ? new long[0]
                    : LongStream.range(0, rank).toArray();
        }
        return Arrays.stream(given.get()).map(axis -> axis(axis, rank)).sorted().toArray();
    }

    /** Refuses a node of which the rule has left out an input that depends on the image, or an output that is used. */
    void requireComplete() throws UnreadableGraphException {
        for (int i = 0; i < inputs(); i++) {
            if (wants(i) && !given.contains(i)) {
                throw fault("has the %s '%s', which depends on the image: no gradient is known for that"
                        .formatted(ordinal(i), input(i)));
            }
        }
        for (int i = 0; i < outputs(); i++) {
            if (!read.contains(i) && backward.gradient(node.getOutput(i)).isPresent()) {
                throw fault("has the output '%s', which is used: no gradient is known for that"
                        .formatted(node.getOutput(i)));
            }
        }
    }

    UnreadableGraphException fault(String reason) {
        return backward.fault(node, reason);
    }
}
