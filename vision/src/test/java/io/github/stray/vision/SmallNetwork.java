// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Builds networks of a few nodes: {@code input} to {@code output}. */
public final class SmallNetwork {
    private final GraphProto.Builder graph = GraphProto.newBuilder().setName("small");
    private final int type;
    private int outputType;

    /** An input of these sizes, -1 for one that is free. */
    public SmallNetwork(int type, long... sizes) {
        this.type = type;
        this.outputType = type;
        graph.addInput(value("input", type, sizes));
    }

    /** The output is of another type than the input. */
    public SmallNetwork to(int other) {
        outputType = other;
        return this;
    }

    /** Images of 8 x 8. */
    public static SmallNetwork ofImages() {
        return new SmallNetwork(TensorProto.DataType.FLOAT_VALUE, -1, 3, 8, 8);
    }

    private static ValueInfoProto value(String name, int type, long... sizes) {
        var shape = TensorShapeProto.newBuilder();
        for (long size : sizes) {
            shape.addDim(
                    size < 0
                            ? TensorShapeProto.Dimension.newBuilder().setDimParam("n")
                            : TensorShapeProto.Dimension.newBuilder().setDimValue(size));
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(
                                TypeProto.Tensor.newBuilder().setElemType(type).setShape(shape)))
                .build();
    }

    /** A node; attributes are names and numbers, whole ones as int or int[]. */
    public SmallNetwork node(String operator, String inputs, String outputs, Object... attributes) {
        NodeProto.Builder node = NodeProto.newBuilder()
                .setOpType(operator)
                .addAllInput(List.of(inputs.split(" ", -1)))
                .addAllOutput(List.of(outputs.split(" ", -1)));
        for (int i = 0; i < attributes.length; i += 2) {
            var attribute = AttributeProto.newBuilder().setName((String) attributes[i]);
            node.addAttribute(
                    attributes[i + 1] instanceof int[] numbers
                            ? attribute
                                    .setType(AttributeProto.AttributeType.INTS)
                                    .addAllInts(Arrays.stream(numbers)
                                            .asLongStream()
                                            .boxed()
                                            .toList())
                            : attributes[i + 1] instanceof Integer whole
                                    ? attribute
                                            .setType(AttributeProto.AttributeType.INT)
                                            .setI(whole)
                                    : attribute
                                            .setType(AttributeProto.AttributeType.FLOAT)
                                            .setF(((Number) attributes[i + 1]).floatValue()));
        }
        graph.addNode(node);
        return this;
    }

    /** Weights of the type of the input: {@code values}, again and again. */
    public SmallNetwork weights(String name, long[] sizes, double... values) {
        var tensor = TensorProto.newBuilder().setName(name).setDataType(type);
        Arrays.stream(sizes).forEach(tensor::addDims);
        long length = Arrays.stream(sizes).reduce(1, (a, b) -> a * b);
        for (int i = 0; i < length; i++) {
            float weight = (float) values[i % values.length];
            if (type == TensorProto.DataType.FLOAT16_VALUE) {
                tensor.addInt32Data(Float.floatToFloat16(weight) & 0xffff);
            } else {
                tensor.addFloatData(weight);
            }
        }
        graph.addInitializer(tensor);
        return this;
    }

    /** Whole numbers. */
    public SmallNetwork integers(String name, long... values) {
        var tensor = TensorProto.newBuilder()
                .setName(name)
                .setDataType(TensorProto.DataType.INT64_VALUE)
                .addDims(values.length);
        Arrays.stream(values).forEach(tensor::addInt64Data);
        graph.addInitializer(tensor);
        return this;
    }

    /** The file's bytes, with an output {@code [n, features]}. */
    public byte[] bytes(int features) {
        return ModelProto.newBuilder()
                .setIrVersion(8)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
                .setGraph(graph.clone().addOutput(value("output", outputType, -1, features)))
                .build()
                .toByteArray();
    }

    /** Writes the file. */
    public Path write(Path file, int features) throws IOException {
        return Files.write(file, bytes(features));
    }
}
