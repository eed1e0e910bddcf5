// SPDX-License-Identifier: Apache-2.0
package io.github.stray.graph;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.Optional;

/** What a node says. */
final class Nodes {
    private Nodes() {}

    /** An input; empty where it is left out. */
    static Optional<String> input(NodeProto node, int index) {
        return index < node.getInputCount() && !node.getInput(index).isEmpty()
                ? Optional.of(node.getInput(index))
                : Optional.empty();
    }
}
