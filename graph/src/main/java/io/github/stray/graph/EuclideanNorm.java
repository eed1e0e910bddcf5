// SPDX-License-Identifier: Apache-2.0
package io.github.stray.graph;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.io.IOException;
import java.util.OptionalDouble;

/**
 * Tells the Euclidean norm of a tensor in the spellings of exporters: {@code ReduceL2}, the root of a sum of squares, a power
 * of it, its reciprocal; kept from zero, spread, cast or reshaped in between.
 */
record EuclideanNorm(OnnxGraph graph) {
    /** Nodes between a tensor and its norm are few. */
    private static final int DEEPEST = 32;

    /** In front of the division by the norm; the same tensor where there is none. */
    String before(String tensor) throws UnreadableGraphException {
        NodeProto node = graph.producer(tensor).orElse(null);
        if (node == null) {
            return tensor;
        }
        return switch (node.getOpType()) {
            case "LpNormalization" -> {
                long order = NodeAttributes.of(node).integer("p", 2);
                if (order != 2) {
                    throw graph.fault("%s was expected to divide by the Euclidean norm, and divides by that of order %d"
                            .formatted(graph.describe(tensor), order));
                }
                yield node.getInput(0);
            }
            case "Div" -> {
                if (power(node.getInput(1), node.getInput(0), 0) != 1) {
                    throw graph.fault("%s was expected to divide by the Euclidean norm of '%s', and divides by %s"
                            .formatted(graph.describe(tensor), node.getInput(0), graph.describe(node.getInput(1))));
                }
                yield node.getInput(0);
            }
            case "Mul" -> {
                boolean second = power(node.getInput(0), node.getInput(1), 0) == -1;
                boolean first = power(node.getInput(1), node.getInput(0), 0) == -1;
                yield first || second ? node.getInput(first ? 0 : 1) : tensor;
            }
            default -> tensor;
        };
    }

    /** p where a tensor is the norm of another to the power p; NaN where it is none. */
    private double power(String tensor, String of, int depth) {
        NodeProto node = graph.producer(tensor).orElse(null);
        if (node == null || depth > DEEPEST) {
            return Double.NaN;
        }
        String first = node.getInputCount() == 0 ? "" : node.getInput(0);
        return switch (node.getOpType()) {
            case "ReduceL2" -> same(first, of) ? 1 : Double.NaN;
            case "ReduceSumSquare" -> same(first, of) ? 2 : Double.NaN;
            case "ReduceSum" -> isSquare(first, of) ? 2 : Double.NaN;
            case "Sqrt" -> 0.5 * power(first, of, depth + 1);
            case "Reciprocal" -> -power(first, of, depth + 1);
            case "Div" -> is(first, 1) ? -power(node.getInput(1), of, depth + 1) : Double.NaN;
            case "Pow" -> number(node.getInput(1)).orElse(Double.NaN) * power(first, of, depth + 1);
            case "Clip", "Expand", "Identity", "Unsqueeze", "Squeeze", "Reshape", "Abs", "Cast" ->
                power(first, of, depth + 1);
            case "Add", "Max" ->
                node.getInputCount() == 2
                        ? power(node.getInput(graph.constants().contains(first) ? 1 : 0), of, depth + 1)
                        : Double.NaN;
            default -> Double.NaN;
        };
    }

    private boolean isSquare(String tensor, String of) {
        NodeProto node = graph.producer(tensor).orElse(null);
        if (node == null || node.getInputCount() != 2 || !same(node.getInput(0), of)) {
            return false;
        }
        return switch (node.getOpType()) {
            case "Mul" -> same(node.getInput(1), of);
            case "Pow" -> is(node.getInput(1), 2);
            default -> false;
        };
    }

    /** Whether two tensors are one, but for its type. */
    private boolean same(String one, String other) {
        return graph.skip(one, LinearSearch.KEEPING).equals(graph.skip(other, LinearSearch.KEEPING));
    }

    boolean is(String tensor, double value) {
        OptionalDouble number = number(tensor);
        return number.isPresent() && number.getAsDouble() == value;
    }

    /** The constant of one number that a tensor is. */
    OptionalDouble number(String tensor) {
        try {
            if (graph.constants().contains(tensor)) {
                double[] values = graph.constants().require(tensor).values();
                return values.length == 1 ? OptionalDouble.of(values[0]) : OptionalDouble.empty();
            }
        } catch (IOException e) {
            // A constant that cannot be read is no norm; whoever needs its value says what is wrong with it.
        }
        return OptionalDouble.empty();
    }
}
