// SPDX-License-Identifier: Apache-2.0
package io.github.stray.graph;

import java.util.Set;

/** Parts of a graph that ONNX Runtime is known to change for the worse. */
public final class RuntimeFaults {
    /** What may stand between two nodes that are made one. */
    private static final Set<String> PASSING = Set.of("Cast", "Identity", "Dropout");

    private RuntimeFaults() {}

    /**
     * Whether a MaxPool reads what a Pad made, as in BiT and timm's ResNetV2. ONNX Runtime 1.29 moves the zeros of the Pad
     * into the MaxPool ({@code Pad_Fusion}), which takes its own padding for minus infinity, so that negative values at the
     * border come out instead of zeros.
     *
     * @param graph of a network
     * @return true if there is such a MaxPool
     */
    public static boolean padBeforeMaxPool(OnnxGraph graph) {
        return graph.proto().getNodeList().stream()
                .filter(node -> node.getOpType().equals("MaxPool"))
                .map(node -> graph.producer(graph.skip(node.getInput(0), PASSING)))
                .anyMatch(maker -> maker.isPresent() && maker.get().getOpType().equals("Pad"));
    }
}
