// SPDX-License-Identifier: Apache-2.0
package io.github.stray.graph;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Walks from a tensor towards the input, to the linear layer it comes from. */
record LinearSearch(OnnxGraph graph) {
    /** Operators that keep the numbers, but for their shape and for rounding. */
    private static final Set<String> KEEPING = Set.of(
            "Identity", "Dropout", "Flatten", "Reshape", "Squeeze", "Unsqueeze", "QuantizeLinear", "DequantizeLinear");

    private static final Set<String> LINEAR = Set.of("Gemm", "MatMul", "Conv", "QLinearMatMul", "QGemm", "QLinearConv");

    /** Back over operators that change no number. */
    String skip(String tensor) {
        return graph.skip(tensor, KEEPING);
    }

    /**
     * Finds the layer.
     *
     * @param normalised whether the division by the Euclidean norm may stand behind it
     */
    Found find(String tensor, boolean normalised) throws IOException {
        if (graph.producer(tensor).isEmpty()) {
            throw graph.fault("the linear layer was looked for that makes '%s', and that is %s"
                    .formatted(tensor, graph.describe(tensor)));
        }
        String at = skip(tensor);
        if (normalised) {
            at = skip(beforeNorm(at));
        }
        Optional<NodeProto> added = graph.producer(at).filter(this::addsConstant);
        if (added.isPresent()) {
            at = skip(data(added.get()));
        }
        NodeProto node = graph.producer(at)
                .filter(candidate -> LINEAR.contains(candidate.getOpType()))
                .orElse(null);
        if (node == null) {
            throw notFound(tensor, at, added);
        }
        if (!graph.constants().contains(weight(node))) {
            throw graph.fault("%s in front of '%s' multiplies by '%s', which is no constant: it is %s"
                    .formatted(graph.describe(at), tensor, weight(node), graph.describe(weight(node))));
        }
        return new Found(graph, node, added);
    }

    private UnreadableGraphException notFound(String tensor, String at, Optional<NodeProto> added) {
        String passed = added.map(node -> " through " + graph.describe(node.getOutput(0)))
                .orElse("");
        return graph.fault(
                "in front of '%s' a linear layer was looked for (Gemm, MatMul, 1x1 Conv or one of them quantised, with constant weights), and what was found%s is %s"
                        .formatted(tensor, passed, graph.describe(at)));
    }

    private static String weight(NodeProto node) {
        return node.getInput(node.getOpType().startsWith("Q") ? 3 : 1);
    }

    private boolean addsConstant(NodeProto node) {
        return switch (node.getOpType()) {
            case "Add" ->
                graph.constants().contains(node.getInput(0))
                        != graph.constants().contains(node.getInput(1));
            case "QLinearAdd" ->
                graph.constants().contains(node.getInput(0))
                        != graph.constants().contains(node.getInput(3));
            default -> false;
        };
    }

    private String data(NodeProto sum) {
        int second = sum.getOpType().equals("Add") ? 1 : 3;
        return sum.getInput(graph.constants().contains(sum.getInput(0)) ? second : 0);
    }

    /** In front of a division by the Euclidean norm; the same tensor where there is none. */
    private String beforeNorm(String tensor) throws UnreadableGraphException {
        NodeProto node = graph.producer(tensor).orElse(null);
        if (node == null) {
            return tensor;
        }
        boolean division = node.getOpType().equals("Div");
        boolean whole = node.getOpType().equals("LpNormalization");
        if (whole && NodeAttributes.of(node).integer("p", 2) != 2) {
            throw graph.fault("%s was expected to divide by the Euclidean norm, and divides by that of order %d"
                    .formatted(graph.describe(tensor), NodeAttributes.of(node).integer("p", 2)));
        }
        if (division && !isNorm(node.getInput(1), node.getInput(0))) {
            throw graph.fault("%s was expected to divide by the Euclidean norm of '%s', and divides by %s"
                    .formatted(graph.describe(tensor), node.getInput(0), graph.describe(node.getInput(1))));
        }
        return division || whole ? node.getInput(0) : tensor;
    }

    /** Whether a tensor is the Euclidean norm of another, kept from zero or spread or neither. */
    private boolean isNorm(String tensor, String of) {
        String at = tensor;
        boolean rooted = false;
        for (int step = 0; step <= graph.size(); step++) {
            NodeProto node = graph.producer(at).orElse(null);
            if (node == null) {
                return false;
            }
            switch (node.getOpType()) {
                case "ReduceL2" -> {
                    return !rooted && node.getInput(0).equals(of);
                }
                case "ReduceSumSquare" -> {
                    return rooted && node.getInput(0).equals(of);
                }
                case "ReduceSum" -> {
                    return rooted && isSquare(node.getInput(0), of);
                }
                case "Sqrt" -> {
                    if (rooted) {
                        return false;
                    }
                    rooted = true;
                    at = node.getInput(0);
                }
                case "Clip", "Expand", "Identity", "Unsqueeze", "Reshape", "Abs" -> at = node.getInput(0);
                case "Add", "Max" -> {
                    if (node.getInputCount() != 2) {
                        return false;
                    }
                    at = node.getInput(graph.constants().contains(node.getInput(0)) ? 1 : 0);
                }
                default -> {
                    return false;
                }
            }
        }
        return false;
    }

    private boolean isSquare(String tensor, String of) {
        NodeProto node = graph.producer(tensor).orElse(null);
        if (node == null || node.getInputCount() != 2 || !node.getInput(0).equals(of)) {
            return false;
        }
        if (node.getOpType().equals("Mul")) {
            return node.getInput(1).equals(of);
        }
        try {
            return node.getOpType().equals("Pow")
                    && graph.constants().contains(node.getInput(1))
                    && List.of(2.0).equals(boxed(graph.constants().require(node.getInput(1))));
        } catch (IOException e) {
            return false;
        }
    }

    private static List<Double> boxed(Constant constant) {
        return java.util.Arrays.stream(constant.values()).boxed().toList();
    }

    /**
     * A linear layer.
     *
     * @param node the product
     * @param added the sum behind it, of its result and a constant
     */
    record Found(OnnxGraph graph, NodeProto node, Optional<NodeProto> added) {
        /** What it reads. */
        String input() {
            return node.getInput(0);
        }

        String weight() {
            return LinearSearch.weight(node);
        }

        /** The constant that is added behind the product. */
        Optional<String> addend() {
            return added.map(sum -> {
                int second = sum.getOpType().equals("Add") ? 1 : 3;
                return sum.getInput(graph.constants().contains(sum.getInput(0)) ? 0 : second);
            });
        }

        LinearLayer read() throws IOException {
            return new LinearReader(graph, this).read();
        }
    }
}
