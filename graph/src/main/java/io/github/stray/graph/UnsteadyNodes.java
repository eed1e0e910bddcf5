// SPDX-License-Identifier: Apache-2.0
package io.github.stray.graph;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Nodes that make an image's features depend on something else than the image. Whether they do is told by running the
 * network; these say why.
 */
public final class UnsteadyNodes {
    private static final Set<String> DRAWING = Set.of(
            "RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike", "Bernoulli", "Multinomial");

    private static final Set<String> RANGING =
            Set.of("DynamicQuantizeLinear", "DynamicQuantizeMatMul", "DynamicQuantizeLSTM");

    private UnsteadyNodes() {}

    /**
     * The first node that draws random numbers.
     *
     * @param graph of a network
     * @return the node as messages name it, if there is one
     */
    public static Optional<String> drawing(OnnxGraph graph) {
        // Dropout draws only where its third input says that the network is being trained.
        return first(
                graph,
                node -> DRAWING.contains(node.getOpType())
                        || (node.getOpType().equals("Dropout") && node.getInputCount() > 2));
    }

    /**
     * The first node that takes the range of its integers from all images of a batch.
     *
     * @param graph of a network
     * @return the node as messages name it, if there is one
     */
    public static Optional<String> ranging(OnnxGraph graph) {
        return first(graph, node -> RANGING.contains(node.getOpType()));
    }

    /**
     * The first normalisation that takes its mean and variance from all images of a batch, as in training; one of weights
     * does not count.
     *
     * @param graph of a network
     * @return the node as messages name it, if there is one
     */
    public static Optional<String> training(OnnxGraph graph) {
        return first(
                graph,
                node -> node.getOpType().equals("BatchNormalization")
                        && NodeAttributes.of(node).integer("training_mode", 0) != 0
                        && !graph.constants().contains(node.getInput(0)));
    }

    private static Optional<String> first(OnnxGraph graph, Predicate<NodeProto> kind) {
        return graph.proto().getNodeList().stream()
                .filter(kind)
                .findFirst()
                .map(node -> graph.describe(node.getOutput(0)));
    }
}
