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

    void add() throws IOException {
        addition.addNode(NodeProto.newBuilder()
                .setOpType("Identity")
                .setName(name)
                .addInput(value(name))
                .addOutput(name));
        addition.addOutput(ValueInfoProto.newBuilder().setName(name));
    }

    private String value(String text) throws IOException {
        LayerExpression expression = LayerExpression.of(text);
        String of = expression.of();
        return switch (graph.producer(text).isPresent() ? LayerExpression.Kind.TENSOR : expression.kind()) {
            case TENSOR -> tensor(text);
            case BEFORE -> sideBySide(new LinearSearch(graph).inputs(of));
            case PATCHES -> patches(of);
            case CLASS_TOKEN -> node("Gather", List.of(value(of), number("first", 0)), Map.of("axis", 1L));
            case TOKENS -> tokens(of, expression.first());
            case MEAN -> mean(of);
        };
    }

    private String tensor(String tensor) throws UnreadableGraphException {
        if (graph.producer(tensor).isEmpty()) {
            throw graph.fault(
                    "%s needs a tensor of tokens, and '%s' is %s".formatted(name, tensor, graph.describe(tensor)));
        }
        return tensor;
    }

    private String sideBySide(List<String> tensors) {
        return tensors.size() == 1 ? tensors.getFirst() : node("Concat", tensors, Map.of("axis", 1L));
    }

    /** Over the tokens, or the places of a map. */
    private String mean(String of) throws IOException {
        String all = value(of);
        // GlobalAveragePool takes the mean over all axes but the first two, in every operator set.
        String pooled = isMap(of) ? all : turned(all);
        return node("Flatten", List.of(node("GlobalAveragePool", List.of(pooled), Map.of())), Map.of("axis", 1L));
    }

    /** The tokens from one on; of a map, its places row by row. */
    private String tokens(String of, int first) throws IOException {
        String all = value(of);
        if (isMap(of)) {
            all = turned(node("Reshape", List.of(all, integers("rows", 0, 0, -1)), Map.of()));
        }
        return first == 0 ? all : from(all, first);
    }

    private String from(String tokens, int first) throws UnreadableGraphException {
        if (graph.opset() < 10) {
            throw graph.fault(
                    "%s needs a graph of operator set 10 or newer, and this is %d".formatted(name, graph.opset()));
        }
        return node(
                "Slice",
                List.of(tokens, integers("starts", first), integers("ends", Long.MAX_VALUE), integers("axes", 1)),
                Map.of());
    }

    /** The last two of three axes in the other order. */
    private String turned(String tensor) {
        String turned = node("Transpose", List.of(tensor), Map.of());
        addition.getNodeBuilder(addition.getNodeCount() - 1)
                .addAttribute(AttributeProto.newBuilder()
                        .setName("perm")
                        .setType(AttributeProto.AttributeType.INTS)
                        .addAllInts(List.of(0L, 2L, 1L)));
        return turned;
    }

    private boolean isMap(String tensor) throws UnreadableGraphException {
        if (graph.producer(tensor).isEmpty()) {
            return false;
        }
        int rank = graph.rank(tensor)
                .orElseThrow(() -> graph.fault(
                        "%s needs to know whether '%s' is [n, tokens, d] or [n, d, h, w], and the network does not declare it"
                                .formatted(name, tensor)));
        if (rank != 3 && rank != 4) {
            throw graph.fault(
                    "%s needs [n, tokens, d] or [n, d, h, w], and '%s' has %d sizes".formatted(name, tensor, rank));
        }
        return rank == 4;
    }

    private String patches(String tensor) throws IOException {
        LinearSearch.Found projection = new LinearSearch(graph).one(tensor);
        NodeProto pick = tokenPick(projection.input(), tensor);
        copies.put(pick.getOutput(0), from(pick.getInput(0), 1));
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

    private String integers(String what, long... values) {
        return constant(what, List.of((long) values.length), values);
    }

    private String number(String what, long value) {
        return constant(what, List.of(), value);
    }

    private String constant(String what, List<Long> shape, long... values) {
        String tensor = fresh(what);
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asLongBuffer().put(values);
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
