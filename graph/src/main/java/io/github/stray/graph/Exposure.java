// SPDX-License-Identifier: Apache-2.0
package io.github.stray.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Adds one expression to a graph as a further output of its name. */
final class Exposure {
    /** Operators of a layer normalisation, whole or taken apart: each works on a token by itself. */
    private static final Set<String> TOKENWISE =
            Set.of("LayerNormalization", "Sub", "Pow", "Mul", "Add", "Sqrt", "Div", "Identity", "Cast");

    private final OnnxGraph graph;
    private final String name;
    private final GraphProto.Builder addition;
    private final Map<String, String> copies = new HashMap<>();
    private int made;

    Exposure(OnnxGraph graph, String name, GraphProto.Builder addition) {
        this.graph = graph;
        this.name = name;
        this.addition = addition;
    }

    void add(LayerExpression expression) throws IOException {
        String result = switch (expression.kind()) {
            case BEFORE ->
                new LinearSearch(graph).find(expression.tensor(), true).input();
            case PATCHES -> patches(expression.tensor());
            default -> classToken(expression.tensor());
        };
        addition.addNode(NodeProto.newBuilder()
                .setOpType("Identity")
                .setName(name)
                .addInput(result)
                .addOutput(name));
        addition.addOutput(ValueInfoProto.newBuilder().setName(name));
    }

    private String classToken(String tensor) throws UnreadableGraphException {
        if (graph.producer(tensor).isEmpty()) {
            throw graph.fault(
                    "%s needs a tensor of tokens, and '%s' is %s".formatted(name, tensor, graph.describe(tensor)));
        }
        return node("Gather", List.of(tensor, integers("first", List.of(), 0)), Map.of("axis", 1L));
    }

    private String patches(String tensor) throws IOException {
        if (graph.opset() < 10) {
            throw graph.fault(
                    "%s needs a graph of operator set 10 or newer, and this is %d".formatted(name, graph.opset()));
        }
        LinearSearch.Found projection = new LinearSearch(graph).find(tensor, true);
        NodeProto pick = tokenPick(projection.input(), tensor);
        String others = node(
                "Slice",
                List.of(
                        pick.getInput(0),
                        integers("starts", List.of(1L), 1),
                        integers("ends", List.of(1L), Long.MAX_VALUE),
                        integers("axes", List.of(1L), 1)),
                Map.of());
        copies.put(pick.getOutput(0), others);
        return project(projection, copy(projection.input(), tensor));
    }

    /** The Gather of token 0 that the projected tensor comes from, over a layer normalisation or at once. */
    private NodeProto tokenPick(String projected, String tensor) throws IOException {
        String at = projected;
        for (int step = 0; step <= graph.size(); step++) {
            NodeProto node = graph.producer(at).orElse(null);
            if (node != null && node.getOpType().equals("Gather")) {
                long axis = NodeAttributes.of(node).integer("axis", 0);
                Optional<Constant> index = graph.constants().contains(node.getInput(1))
                        ? Optional.of(graph.constants().require(node.getInput(1)))
                        : Optional.empty();
                boolean first = index.filter(picked -> picked.rank() == 0 && picked.values()[0] == 0)
                        .isPresent();
                if (axis == 1 && first) {
                    return node;
                }
                throw noClassToken(tensor, at);
            }
            if (node == null || !TOKENWISE.contains(node.getOpType())) {
                throw noClassToken(tensor, at);
            }
            at = node.getInput(graph.constants().contains(node.getInput(0)) ? 1 : 0);
        }
        throw noClassToken(tensor, at);
    }

    private UnreadableGraphException noClassToken(String tensor, String found) {
        return graph.fault(
                "%s needs '%s' to be made from tokens by Gather of token 0 along axis 1, layer normalisation and a linear projection; in front of the projection was found %s"
                        .formatted(name, tensor, graph.describe(found)));
    }

    /** The nodes between the picked token and the projection once more, for all other tokens. */
    private String copy(String tensor, String goal) throws IOException {
        String known = copies.get(tensor);
        if (known != null) {
            return known;
        }
        if (graph.constants().contains(tensor)) {
            return tensor;
        }
        NodeProto node = graph.producer(tensor).orElseThrow(() -> noClassToken(goal, tensor));
        if (!isTokenwise(node)) {
            throw noClassToken(goal, tensor);
        }
        NodeProto.Builder twin = node.toBuilder().clearInput().clearOutput().setName(fresh(node.getOpType()));
        for (String input : node.getInputList()) {
            twin.addInput(input.isEmpty() ? input : copy(input, goal));
        }
        String output = fresh("copy");
        twin.addOutput(output);
        addition.addNode(twin);
        copies.put(tensor, output);
        return output;
    }

    private boolean isTokenwise(NodeProto node) throws IOException {
        NodeAttributes attributes = NodeAttributes.of(node);
        return switch (node.getOpType()) {
            case "LayerNormalization" -> attributes.integer("axis", -1) == -1;
            case "ReduceMean" -> {
                Optional<String> axes = Nodes.input(node, 1);
                List<Long> along = axes.isEmpty()
                        ? attributes.integers("axes")
                        : Arrays.stream(graph.constants().require(axes.get()).values())
                                .mapToObj(axis -> (long) axis)
                                .toList();
                yield along.equals(List.of(-1L)) && attributes.integer("keepdims", 1) == 1;
            }
            default -> TOKENWISE.contains(node.getOpType());
        };
    }

    /** {@code x W + b} for {@code [n, P, d]}: what Gemm cannot do, MatMul can. */
    private String project(LinearSearch.Found projection, String tokens) throws UnreadableGraphException {
        NodeProto linear = projection.node();
        NodeAttributes attributes = NodeAttributes.of(linear);
        String weight = projection.weight();
        boolean gemm = linear.getOpType().equals("Gemm");
        boolean plain = (gemm || linear.getOpType().equals("MatMul"))
                && attributes.number("alpha", 1) == 1
                && attributes.number("beta", 1) == 1
                && attributes.integer("transA", 0) == 0;
        if (!plain) {
            throw graph.fault("%s needs a projection by MatMul, or by Gemm with alpha = beta = 1, and it is %s"
                    .formatted(name, graph.describe(linear.getOutput(0))));
        }
        if (gemm && attributes.integer("transB", 0) != 0) {
            weight = node("Transpose", List.of(weight), Map.of());
        }
        String product = node("MatMul", List.of(tokens, weight), Map.of());
        Optional<String> bias = gemm ? Nodes.input(linear, 2) : Optional.empty();
        if (bias.isPresent()) {
            product = node("Add", List.of(product, bias.get()), Map.of());
        }
        return projection.addend().isEmpty()
                ? product
                : node("Add", List.of(product, projection.addend().get()), Map.of());
    }

    private String node(String operator, List<String> inputs, Map<String, Long> attributes) {
        String output = fresh(operator);
        NodeProto.Builder node = NodeProto.newBuilder()
                .setOpType(operator)
                .setName(output)
                .addAllInput(inputs)
                .addOutput(output);
        attributes.forEach((key, value) -> node.addAttribute(AttributeProto.newBuilder()
                .setName(key)
                .setType(AttributeProto.AttributeType.INT)
                .setI(value)));
        addition.addNode(node);
        return output;
    }

    private String integers(String what, List<Long> shape, long value) {
        String tensor = fresh(what);
        ByteBuffer bytes =
                ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(0, value);
        addition.addInitializer(TensorProto.newBuilder()
                .setName(tensor)
                .setDataType(TensorProto.DataType.INT64_VALUE)
                .addAllDims(shape)
                .setRawData(ByteString.copyFrom(bytes)));
        return tensor;
    }

    private String fresh(String what) {
        String candidate;
        do {
            candidate = "%s/%s_%d".formatted(name, what, made++);
        } while (graph.producer(candidate).isPresent()
                || graph.initializer(candidate).isPresent());
        return candidate;
    }
}
