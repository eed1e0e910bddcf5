// SPDX-License-Identifier: Apache-2.0
package io.github.stray.graph;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Walks from a tensor towards the input, to the linear layer it comes from, or to the two whose mean it is. */
record LinearSearch(OnnxGraph graph) {
    /** Operators that keep the numbers, but for their shape and for rounding. */
    static final Set<String> KEEPING = Set.of(
            "Identity",
            "Dropout",
            "Flatten",
            "Reshape",
            "Squeeze",
            "Unsqueeze",
            "Cast",
            "QuantizeLinear",
            "DequantizeLinear");

    private static final Set<String> LINEAR = Set.of(
            "Gemm",
            "MatMul",
            "Conv",
            "QLinearMatMul",
            "QGemm",
            "QLinearConv",
            "MatMulInteger",
            "MatMulNBits",
            "FusedMatMul",
            "FusedGemm");

    /** Activations that classifiers end with, in front of which their logits are. */
    private static final Set<String> LAST_ACTIVATIONS =
            Set.of("Softmax", "LogSoftmax", "Sigmoid", "HardSigmoid", "Hardmax");

    private static final Set<String> ACTIVATING =
            Set.of("Mul", "Div", "Add", "Pow", "Erf", "Tanh", "Sigmoid", "Relu", "Gelu", "QuickGelu", "HardSwish");

    private static final int DEEPEST = 12;

    /** Back over operators that change no number. */
    String skip(String tensor) {
        return graph.skip(tensor, KEEPING);
    }

    /** The node of the activation that a tensor comes out of. */
    Optional<NodeProto> activation(String tensor) {
        return graph.producer(skip(tensor)).filter(node -> LAST_ACTIVATIONS.contains(node.getOpType()));
    }

    /** The one layer that makes a tensor of embeddings. */
    Found one(String tensor) throws IOException {
        List<Found> heads = find(tensor, true);
        if (heads.size() > 1) {
            throw graph.fault("'%s' is the mean of %d linear layers, expected one".formatted(tensor, heads.size()));
        }
        return heads.getFirst();
    }

    /**
     * What the first of two linear layers reads in front of a tensor, with an activation between them: a sigmoid, GELU or
     * ReLU, whole or taken apart.
     */
    Optional<String> beforeHidden(String tensor) {
        try {
            Set<String> sources = new HashSet<>();
            collect(one(tensor).input(), sources, 0);
            if (sources.size() != 1) {
                return Optional.empty();
            }
            String hidden = sources.iterator().next();
            return hidden.equals(skip(one(tensor).input()))
                    ? Optional.empty()
                    : Optional.of(one(hidden).input());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Back over what activations are made of, to the tensors that they work on. */
    private void collect(String tensor, Set<String> sources, int depth) {
        String at = skip(tensor);
        NodeProto node = graph.producer(at).orElse(null);
        if (node == null || depth > DEEPEST || !ACTIVATING.contains(node.getOpType())) {
            sources.add(at);
            return;
        }
        for (String input : node.getInputList()) {
            if (!graph.constants().contains(input)) {
                collect(input, sources, depth + 1);
            }
        }
    }

    /** What the layers in front of a tensor read: one tensor, or those whose mean is taken. */
    List<String> inputs(String tensor) throws IOException {
        return find(tensor, true).stream().map(Found::input).distinct().toList();
    }

    /**
     * Finds the layers whose mean a tensor is: one, or two.
     *
     * @param behind whether the division by the Euclidean norm or the last activation may stand behind them
     */
    List<Found> find(String tensor, boolean behind) throws IOException {
        if (graph.producer(tensor).isEmpty()) {
            throw graph.fault("the linear layer was looked for that makes '%s', and that is %s"
                    .formatted(tensor, graph.describe(tensor)));
        }
        String at = skip(tensor);
        Optional<NodeProto> sum = halvedSum(at);
        if (sum.isPresent()) {
            var heads = new ArrayList<Found>();
            for (String half : sum.get().getInputList()) {
                heads.add(layer(tensor, skip(half)));
            }
            return heads;
        }
        if (behind) {
            Optional<NodeProto> activation = activation(at);
            at = activation.isPresent()
                    ? skip(activation.get().getInput(0))
                    : skip(new EuclideanNorm(graph).before(at));
        }
        return List.of(layer(tensor, at));
    }

    private Found layer(String tensor, String end) throws UnreadableGraphException {
        Optional<NodeProto> added = graph.producer(end).filter(this::addsConstant);
        String at = added.map(node -> skip(data(node))).orElse(end);
        Optional<NodeProto> scaled = graph.producer(at).filter(this::scalesIntegers);
        String product = scaled.map(node -> skip(node.getInput(0))).orElse(at);
        NodeProto node = graph.producer(product)
                .filter(candidate -> LINEAR.contains(candidate.getOpType()))
                .orElseThrow(() -> notFound(tensor, at, added));
        if (!graph.constants().contains(weight(node))) {
            throw graph.fault("%s in front of '%s' multiplies by '%s', which is no constant: it is %s"
                    .formatted(graph.describe(product), tensor, weight(node), graph.describe(weight(node))));
        }
        return new Found(graph, node, added, scaled);
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

    /** The sum of two tensors, half of which a tensor is. */
    private Optional<NodeProto> halvedSum(String tensor) {
        EuclideanNorm numbers = new EuclideanNorm(graph);
        return graph.producer(tensor)
                .filter(node -> (node.getOpType().equals("Div") && numbers.is(node.getInput(1), 2))
                        || (node.getOpType().equals("Mul") && numbers.is(node.getInput(1), 0.5)))
                .flatMap(node -> graph.producer(skip(node.getInput(0))))
                .filter(node -> node.getOpType().equals("Add") && !addsConstant(node));
    }

    /** Whether a node brings the integers of a MatMulInteger back to their scale. */
    private boolean scalesIntegers(NodeProto node) {
        return node.getOpType().equals("Mul")
                && graph.producer(skip(node.getInput(0)))
                        .filter(product -> product.getOpType().equals("MatMulInteger"))
                        .isPresent();
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

    /**
     * A linear layer.
     *
     * @param node the product
     * @param added the sum behind it, of its result and a constant
     * @param scaled the product behind a MatMulInteger, with the scales of its two factors
     */
    record Found(OnnxGraph graph, NodeProto node, Optional<NodeProto> added, Optional<NodeProto> scaled) {
        /** What it reads, before it is quantised. */
        String input() {
            String input = node.getInput(0);
            return graph.producer(input)
                    .filter(made -> made.getOpType().equals("DynamicQuantizeLinear"))
                    .map(made -> made.getInput(0))
                    .orElse(input);
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

        /** The scale of the weights of a MatMulInteger: the constant among the two that the other factor is made of. */
        Optional<String> scale() {
            return scaled.flatMap(product -> graph.producer(product.getInput(1)))
                    .flatMap(scales -> scales.getInputList().stream()
                            .filter(graph.constants()::contains)
                            .findFirst());
        }
    }
}
