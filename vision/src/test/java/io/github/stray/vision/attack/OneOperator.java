// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.attack;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Builds small networks of a few operators on an image {@code x [n, 3, 6, 6]}. */
final class OneOperator {
    static final int SIDE = 6;

    private final GraphProto.Builder graph = GraphProto.newBuilder().setName("small");
    private final long opset;
    private final SplittableRandom random = new SplittableRandom(7);

    OneOperator(long opset) {
        this.opset = opset;
        graph.addInput(ValueInfoProto.newBuilder()
                .setName("x")
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(TensorProto.DataType.FLOAT_VALUE)
                                .setShape(TensorShapeProto.newBuilder()
                                        .addDim(TensorShapeProto.Dimension.newBuilder()
                                                .setDimParam("n"))
                                        .addDim(size(3))
                                        .addDim(size(SIDE))
                                        .addDim(size(SIDE))))));
    }

    private static TensorShapeProto.Dimension size(long size) {
        return TensorShapeProto.Dimension.newBuilder().setDimValue(size).build();
    }

    /** Adds a node whose outputs are named like the words of {@code outputs}. */
    OneOperator node(String operator, String inputs, String outputs, Object... attributes) {
        NodeProto.Builder node = NodeProto.newBuilder()
                .setOpType(operator)
                .setName(operator + " " + graph.getNodeCount())
                .addAllInput(List.of(inputs.split(" ", -1)))
                .addAllOutput(List.of(outputs.split(" ", -1)));
        for (int i = 0; i < attributes.length; i += 2) {
            node.addAttribute(attribute((String) attributes[i], attributes[i + 1]));
        }
        graph.addNode(node);
        return this;
    }

    OneOperator domain(String domain) {
        int last = graph.getNodeCount() - 1;
        graph.setNode(last, graph.getNode(last).toBuilder().setDomain(domain));
        return this;
    }

    private static AttributeProto attribute(String name, Object value) {
        AttributeProto.Builder attribute = AttributeProto.newBuilder().setName(name);
        switch (value) {
            case Integer number ->
                attribute.setType(AttributeProto.AttributeType.INT).setI(number);
            case Double number ->
                attribute.setType(AttributeProto.AttributeType.FLOAT).setF(number.floatValue());
            case String text ->
                attribute.setType(AttributeProto.AttributeType.STRING).setS(ByteString.copyFromUtf8(text));
            case int[] numbers -> {
                attribute.setType(AttributeProto.AttributeType.INTS);
                Arrays.stream(numbers).forEach(attribute::addInts);
            }
            case GraphProto body ->
                attribute.setType(AttributeProto.AttributeType.GRAPH).setG(body);
            default -> throw new IllegalArgumentException(name);
        }
        return attribute.build();
    }

    /** Random weights between -1 and 1, or between the bounds given. */
    OneOperator weights(String name, long... shape) {
        return between(-1, 1, name, shape);
    }

    OneOperator between(double low, double high, String name, long... shape) {
        TensorProto.Builder tensor =
                TensorProto.newBuilder().setName(name).setDataType(TensorProto.DataType.FLOAT_VALUE);
        long length = 1;
        for (long size : shape) {
            tensor.addDims(size);
            length *= size;
        }
        for (int i = 0; i < length; i++) {
            tensor.addFloatData((float) random.nextDouble(low, high));
        }
        graph.addInitializer(tensor);
        return this;
    }

    OneOperator scalar(String name, double value) {
        graph.addInitializer(TensorProto.newBuilder()
                .setName(name)
                .setDataType(TensorProto.DataType.FLOAT_VALUE)
                .addFloatData((float) value));
        return this;
    }

    OneOperator integers(String name, long... values) {
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName(name)
                .setDataType(TensorProto.DataType.INT64_VALUE)
                .addDims(values.length);
        Arrays.stream(values).forEach(tensor::addInt64Data);
        graph.addInitializer(tensor);
        return this;
    }

    /** A body of a branch, with one node. */
    static GraphProto body(String operator, String input, String output) {
        return GraphProto.newBuilder()
                .setName(output)
                .addNode(NodeProto.newBuilder()
                        .setOpType(operator)
                        .addInput(input)
                        .addOutput(output))
                .addOutput(ValueInfoProto.newBuilder().setName(output))
                .build();
    }

    /** The file, with the tensor {@code y} as its output. */
    byte[] bytes() {
        graph.addOutput(ValueInfoProto.newBuilder().setName("y"));
        ModelProto.Builder model = ModelProto.newBuilder()
                .setIrVersion(8)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(opset))
                .setGraph(graph);
        model.addOpsetImport(
                OperatorSetIdProto.newBuilder().setDomain("com.microsoft").setVersion(1));
        return model.build().toByteArray();
    }
}
