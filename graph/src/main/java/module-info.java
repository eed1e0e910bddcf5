// SPDX-License-Identifier: Apache-2.0
/** Networks as data: layers and gradients as further parts of an ONNX graph; nothing is run. */
@org.jspecify.annotations.NullMarked
module io.github.stray.graph {
    requires static transitive org.jspecify;
    requires com.google.protobuf;
    requires org.tribuo.util.onnx;

    exports io.github.stray.graph;
    exports io.github.stray.graph.gradient;
}
