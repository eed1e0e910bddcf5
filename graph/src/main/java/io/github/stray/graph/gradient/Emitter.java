// SPDX-License-Identifier: Apache-2.0
package io.github.stray.graph.gradient;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Adds nodes and constants to a graph, in the form that its operator set wants. Shapes are known, so none is computed. */
final class Emitter {
    private static final String PREFIX = "gradient/";

    private final GraphProto.Builder addition;
    private final long opset;
    private final Map<List<?>, String> constants = new HashMap<>();
    private int made;

    Emitter(GraphProto.Builder addition, long opset) {
        this.addition = addition;
        this.opset = opset;
    }

    /** An attribute of a node. */
    record Attribute(String name, Object value) {
        AttributeProto proto() {
            AttributeProto.Builder builder = AttributeProto.newBuilder().setName(name);
            switch (value) {
                case Number number ->
                    builder.setType(AttributeProto.AttributeType.INT).setI(number.longValue());
                case String text ->
                    builder.setType(AttributeProto.AttributeType.STRING)
                            .setS(com.google.protobuf.ByteString.copyFromUtf8(text));
                case long[] numbers -> {
                    builder.setType(AttributeProto.AttributeType.INTS);
                    Arrays.stream(numbers).forEach(builder::addInts);
                }
                default -> throw new IllegalArgumentException("attribute " + name + " of " + value.getClass());
            }
            return builder.build();
        }
    }

    static Attribute attribute(String name, Object value) {
        return new Attribute(name, value);
    }

    String node(String operator, List<String> inputs, Attribute... attributes) {
        String output = PREFIX + made++ + "/" + operator;
        named(output, operator, inputs, attributes);
        return output;
    }

    void named(String output, String operator, List<String> inputs, Attribute... attributes) {
        NodeProto.Builder node = NodeProto.newBuilder()
                .setOpType(operator)
                .setName(output)
                .addAllInput(inputs)
                .addOutput(output);
        Stream.of(attributes).map(Attribute::proto).forEach(node::addAttribute);
        addition.addNode(node);
    }

    /** A float32 scalar. */
    String scalar(double value) {
        return constants.computeIfAbsent(
                List.of("scalar", value), key -> tensor(new long[0], new float[] {(float) value}));
    }

    /** A float32 constant. */
    String floats(long[] shape, float[] values) {
        return constants.computeIfAbsent(
                List.of("floats", asList(shape), asList(values)), key -> tensor(shape, values));
    }

    private String tensor(long[] shape, float[] values) {
        TensorProto.Builder constant = constant(TensorProto.DataType.FLOAT, shape);
        for (float value : values) {
            constant.addFloatData(value);
        }
        return keep(constant);
    }

    /** An int64 constant of rank 1. */
    String integers(long... values) {
        return constants.computeIfAbsent(List.of("integers", asList(values)), key -> {
            TensorProto.Builder constant = constant(TensorProto.DataType.INT64, values.length);
            for (long value : values) {
                constant.addInt64Data(value);
            }
            return keep(constant);
        });
    }

    private static List<Long> asList(long[] values) {
        return Arrays.stream(values).boxed().toList();
    }

    private static List<Float> asList(float[] values) {
        var list = new ArrayList<Float>(values.length);
        for (float value : values) {
            list.add(value);
        }
        return list;
    }

    private TensorProto.Builder constant(TensorProto.DataType type, long... shape) {
        TensorProto.Builder constant =
                TensorProto.newBuilder().setName(PREFIX + made++ + "/constant").setDataType(type.getNumber());
        Arrays.stream(shape).forEach(constant::addDims);
        return constant;
    }

    private String keep(TensorProto.Builder constant) {
        addition.addInitializer(constant);
        return constant.getName();
    }

    String add(String one, String other) {
        return node("Add", List.of(one, other));
    }

    String subtract(String one, String other) {
        return node("Sub", List.of(one, other));
    }

    String multiply(String one, String other) {
        return node("Mul", List.of(one, other));
    }

    String multiply(String tensor, double factor) {
        return multiply(tensor, scalar(factor));
    }

    String divide(String one, String other) {
        return node("Div", List.of(one, other));
    }

    String apply(String operator, String tensor) {
        return node(operator, List.of(tensor));
    }

    String negate(String tensor) {
        return apply("Neg", tensor);
    }

    /** Sum of tensors of one shape; the tensor itself if there is one. */
    String sum(List<String> terms) {
        return terms.size() == 1 ? terms.getFirst() : node("Sum", terms);
    }

    /** Where a boolean tensor is true the values of a tensor, 0 elsewhere. */
    String where(String condition, String tensor) {
        return node("Where", List.of(condition, tensor, scalar(0)));
    }

    /** 0 where a comparison of two tensors holds, 1 elsewhere. */
    String unless(String comparison, String one, String other) {
        return node("Where", List.of(node(comparison, List.of(one, other)), scalar(0), scalar(1)));
    }

    /** A tensor in float32; of a boolean one 1 and 0. */
    String cast(String tensor) {
        return node("Cast", List.of(tensor), attribute("to", TensorProto.DataType.FLOAT_VALUE));
    }

    /** Lengths to divide by: infinite where they are 0, so that a quotient with a zero row is 0. */
    String divisor(String lengths) {
        String zero = node("Equal", List.of(lengths, scalar(0)));
        return node("Where", List.of(zero, scalar(Double.POSITIVE_INFINITY), lengths));
    }

    String reshape(String tensor, long[] from, long[] to) {
        return Arrays.equals(from, to) ? tensor : node("Reshape", List.of(tensor, integers(to)));
    }

    String expand(String tensor, long[] from, long[] to) {
        return Arrays.equals(from, to) ? tensor : node("Expand", List.of(tensor, integers(to)));
    }

    String transpose(String tensor, long[] order) {
        return node("Transpose", List.of(tensor), attribute("perm", order));
    }

    /** The last two axes exchanged. */
    String transposeLast(String tensor, int rank) {
        long[] order = new long[rank];
        Arrays.setAll(order, i -> i);
        order[rank - 1] = rank - 2L;
        order[rank - 2] = rank - 1L;
        return transpose(tensor, order);
    }

    /** Sums over axes, which stay with size 1. */
    String reduceSum(String tensor, long[] axes) {
        return reduce("ReduceSum", 13, tensor, axes);
    }

    /** Means over axes, which stay with size 1. */
    String reduceMean(String tensor, long[] axes) {
        return reduce("ReduceMean", 18, tensor, axes);
    }

    /** Products over axes, which stay with size 1. */
    String reduceProduct(String tensor, long[] axes) {
        return reduce("ReduceProd", 18, tensor, axes);
    }

    private String reduce(String operator, long axesAreInputSince, String tensor, long[] axes) {
        if (axes.length == 0) {
            return tensor;
        }
        return opset >= axesAreInputSince
                ? node(operator, List.of(tensor, integers(axes)), attribute("keepdims", 1))
                : node(operator, List.of(tensor), attribute("axes", axes), attribute("keepdims", 1));
    }

    /** Rows {@code from} to {@code to} (exclusive) of one axis, every step-th. */
    String slice(String tensor, long axis, long from, long to, long step) {
        return node("Slice", List.of(tensor, integers(from), integers(to), integers(axis), integers(step)));
    }

    /** The tensor with one axis turned round. */
    String flip(String tensor, long axis) {
        return slice(tensor, axis, -1, Long.MIN_VALUE + 1, -1);
    }

    /** Surrounds a tensor with a value; sizes may be negative, which cuts. */
    String pad(String tensor, long[] before, long[] after, double value) {
        if (Arrays.stream(before).allMatch(size -> size == 0)
                && Arrays.stream(after).allMatch(size -> size == 0)) {
            return tensor;
        }
        long[] pads = Arrays.copyOf(before, before.length + after.length);
        System.arraycopy(after, 0, pads, before.length, after.length);
        return node("Pad", List.of(tensor, integers(pads), scalar(value)));
    }

    String concat(List<String> parts, long axis) {
        return parts.size() == 1 ? parts.getFirst() : node("Concat", parts, attribute("axis", axis));
    }

    String matmul(String left, String right) {
        return node("MatMul", List.of(left, right));
    }
}
