// SPDX-License-Identifier: Apache-2.0
package io.github.stray.graph;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/** The sizes of tensors, as far as a graph declares them or its operators tell. */
record DeclaredShapes(OnnxGraph graph) {
    /** Operators whose outcome is a map {@code [n, d, h, w]}, in networks of images. */
    private static final Set<String> MAPS =
            Set.of("Conv", "MaxPool", "AveragePool", "GlobalAveragePool", "ConvInteger");

    /** Operators whose outcome are tokens {@code [n, P, d]} or rows: they work on the last axis. */
    private static final Set<String> TOKENS = Set.of("LayerNormalization", "MatMul", "MatMulInteger");

    /** Operators that keep the number of sizes of their first input. */
    private static final Set<String> KEEPING = Set.of(
            "Identity",
            "Cast",
            "Relu",
            "Sigmoid",
            "HardSigmoid",
            "HardSwish",
            "Clip",
            "BatchNormalization",
            "Mul",
            "Add");

    /**
     * Sizes of a tensor.
     *
     * @return one for each dimension, -1 where it is open; empty where nothing is declared
     */
    Optional<List<Long>> sizes(String tensor) {
        GraphProto proto = graph.proto();
        return Stream.of(proto.getInputList(), proto.getOutputList(), proto.getValueInfoList())
                .flatMap(List::stream)
                .filter(declared -> declared.getName().equals(tensor))
                .map(ValueInfoProto::getType)
                .filter(type -> type.getTensorType().hasShape())
                .map(type -> type.getTensorType().getShape().getDimList().stream()
                        .map(size -> size.hasDimValue() ? size.getDimValue() : -1L)
                        .toList())
                .findFirst();
    }

    /** How many sizes a tensor has. */
    OptionalInt rank(String tensor) {
        String at = tensor;
        for (int step = 0; step <= graph.size(); step++) {
            Optional<List<Long>> declared = sizes(at);
            if (declared.isPresent()) {
                return OptionalInt.of(declared.get().size());
            }
            NodeProto node = graph.producer(at).orElse(null);
            if (node == null) {
                return OptionalInt.empty();
            }
            if (MAPS.contains(node.getOpType()) || TOKENS.contains(node.getOpType())) {
                return OptionalInt.of(MAPS.contains(node.getOpType()) ? 4 : 3);
            }
            if (!KEEPING.contains(node.getOpType())) {
                return OptionalInt.empty();
            }
            at = node.getInput(graph.constants().contains(node.getInput(0)) ? 1 : 0);
        }
        return OptionalInt.empty();
    }
}
