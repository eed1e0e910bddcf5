// SPDX-License-Identifier: Apache-2.0
package io.github.stray.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.function.Function;
import java.util.stream.Stream;

/** All tensors that a network holds: initializers and constants, of its graph, of branches, loops and functions. */
final class StoredTensors {
    private StoredTensors() {}

    static Stream<TensorProto> of(ModelProto model) {
        Stream<NodeProto> functions =
                model.getFunctionsList().stream().flatMap(function -> function.getNodeList().stream());
        return Stream.concat(of(model.getGraph()), functions.flatMap(StoredTensors::of));
    }

    private static Stream<TensorProto> of(GraphProto graph) {
        return Stream.of(
                        graph.getInitializerList().stream(),
                        graph.getSparseInitializerList().stream().flatMap(StoredTensors::of),
                        graph.getNodeList().stream().flatMap(StoredTensors::of))
                .flatMap(Function.identity());
    }

    private static Stream<TensorProto> of(NodeProto node) {
        return node.getAttributeList().stream().flatMap(StoredTensors::of);
    }

    private static Stream<TensorProto> of(SparseTensorProto sparse) {
        return Stream.of(sparse.getValues(), sparse.getIndices());
    }

    private static Stream<TensorProto> of(AttributeProto attribute) {
        Stream<TensorProto> one = attribute.hasT() ? Stream.of(attribute.getT()) : Stream.empty();
        Stream<SparseTensorProto> sparse =
                attribute.hasSparseTensor() ? Stream.of(attribute.getSparseTensor()) : Stream.empty();
        Stream<GraphProto> body = attribute.hasG() ? Stream.of(attribute.getG()) : Stream.empty();
        return Stream.of(
                        one,
                        attribute.getTensorsList().stream(),
                        Stream.concat(sparse, attribute.getSparseTensorsList().stream())
                                .flatMap(StoredTensors::of),
                        Stream.concat(body, attribute.getGraphsList().stream()).flatMap(StoredTensors::of))
                .flatMap(Function.identity());
    }
}
