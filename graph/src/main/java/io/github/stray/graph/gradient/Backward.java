// SPDX-License-Identifier: Apache-2.0
package io.github.stray.graph.gradient;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.github.stray.graph.NodeAttributes;
import io.github.stray.graph.OnnxGraph;
import io.github.stray.graph.UnreadableGraphException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The way back through a graph, from a tensor to the image. */
final class Backward {
    /** Their outputs do not change with small changes of the input, so nothing behind them has a gradient. */
    private static final Set<String> STEPS = Set.of(
            "Shape",
            "Size",
            "ArgMax",
            "ArgMin",
            "Equal",
            "Less",
            "LessOrEqual",
            "Greater",
            "GreaterOrEqual",
            "And",
            "Or",
            "Not",
            "Xor",
            "NonZero",
            "Sign",
            "Floor",
            "Ceil",
            "Round",
            "IsNaN",
            "IsInf",
            "ConstantOfShape",
            "Range",
            "EyeLike");

    private static final Map<String, Rule> RULES = rules();

    private final OnnxGraph graph;
    private final GraphProto proto;
    private final Emitter emitter;
    private final TensorFacts facts;
    private final Map<String, TensorProto> initializers = new HashMap<>();
    private final Set<String> onTheWay;
    private final List<NodeProto> nodes = new ArrayList<>();
    private final Map<String, List<String>> gradients = new HashMap<>();

    Backward(OnnxGraph graph, String input, String tensor, TensorFacts facts, Emitter emitter) {
        this.graph = graph;
        this.proto = graph.proto();
        this.facts = facts;
        this.emitter = emitter;
        proto.getInitializerList().forEach(initializer -> initializers.put(initializer.getName(), initializer));
        Set<String> dependent = dependent(input);
        this.onTheWay = leadingTo(tensor);
        onTheWay.retainAll(dependent);
        for (NodeProto node : proto.getNodeList()) {
            if (!isStep(node) && node.getOutputList().stream().anyMatch(onTheWay::contains)) {
                nodes.add(node);
            }
        }
    }

    private static Map<String, Rule> rules() {
        var rules = new TreeMap<String, Rule>();
        for (Map<String, Rule> some : List.of(
                Elementwise.rules(),
                Arithmetic.rules(),
                Linear.rules(),
                Normalisations.rules(),
                Pooling.rules(),
                Reductions.rules(),
                Shapes.rules())) {
            rules.putAll(some);
        }
        return Map.copyOf(rules);
    }

    /** Operators that have a gradient. */
    static Set<String> operators() {
        return RULES.keySet();
    }

    private static boolean isStep(NodeProto node) {
        if (node.getOpType().equals("Cast")) {
            long type = NodeAttributes.of(node).integer("to", 0);
            return type != TensorProto.DataType.FLOAT_VALUE
                    && type != TensorProto.DataType.FLOAT16_VALUE
                    && type != TensorProto.DataType.DOUBLE_VALUE
                    && type != TensorProto.DataType.BFLOAT16_VALUE;
        }
        return STEPS.contains(node.getOpType());
    }

    private Set<String> dependent(String input) {
        var dependent = new HashSet<>(Set.of(input));
        for (NodeProto node : proto.getNodeList()) {
            if (!isStep(node) && OnnxGraph.reads(node).stream().anyMatch(dependent::contains)) {
                dependent.addAll(node.getOutputList());
            }
        }
        dependent.remove("");
        return dependent;
    }

    private Set<String> leadingTo(String tensor) {
        var leading = new HashSet<>(Set.of(tensor));
        for (NodeProto node : proto.getNodeList().reversed()) {
            if (!isStep(node) && node.getOutputList().stream().anyMatch(leading::contains)) {
                leading.addAll(OnnxGraph.reads(node));
            }
        }
        leading.remove("");
        return leading;
    }

    /** Refuses what has no gradient, by name, before anything is run. */
    void requireRules(String input, String tensor) throws UnreadableGraphException {
        if (!onTheWay.contains(input)) {
            throw graph.fault("'%s' does not depend on '%s' in a way that has a gradient".formatted(tensor, input));
        }
        for (NodeProto node : nodes) {
            if (OnnxGraph.quantises(node.getOpType())) {
                throw fault(
                        node,
                        "works on integers, and rounding has no gradient: give the network in float32, as it was before it was quantised");
            }
            boolean known = switch (node.getDomain()) {
                case "", "ai.onnx" -> RULES.containsKey(node.getOpType());
                case "com.microsoft" -> Set.of("Gelu", "QuickGelu").contains(node.getOpType());
                default -> false;
            };
            if (!known) {
                throw fault(
                        node,
                        "has no gradient here; those that have: " + String.join(", ", new TreeMap<>(RULES).keySet()));
            }
        }
    }

    /** Gradient of the image, from that of the tensor. */
    String run(String input, String tensor, String seed) throws IOException {
        requireRules(input, tensor);
        requireFloats();
        add(tensor, seed);
        for (NodeProto node : nodes.reversed()) {
            if (node.getOutputList().stream().anyMatch(gradients::containsKey)) {
                var step = new Step(this, node);
                Objects.requireNonNull(RULES.get(node.getOpType())).apply(step);
                step.requireComplete();
            }
        }
        return gradient(input).orElseThrow();
    }

    private void requireFloats() throws UnreadableGraphException {
        for (NodeProto node : nodes) {
            for (String output : node.getOutputList()) {
                TensorFacts.Fact fact = facts.facts().get(output);
                if (onTheWay.contains(output) && fact != null && !fact.type().equals("FLOAT")) {
                    throw fault(
                            node,
                            "computes in %s, and gradients are computed in float32 only: give the network in float32"
                                    .formatted(fact.type()));
                }
            }
        }
    }

    Emitter emitter() {
        return emitter;
    }

    long opset() {
        return graph.opset();
    }

    boolean isOnTheWay(String tensor) {
        return onTheWay.contains(tensor);
    }

    /** Takes one of the gradients that a tensor gets from the nodes it goes into. */
    void add(String tensor, String gradient) {
        gradients.computeIfAbsent(tensor, key -> new ArrayList<>()).add(gradient);
    }

    /** The sum of all that a tensor got. */
    Optional<String> gradient(String tensor) {
        List<String> terms = gradients.get(tensor);
        if (terms == null) {
            return Optional.empty();
        }
        if (terms.size() > 1) {
            String sum = emitter.sum(List.copyOf(terms));
            terms.clear();
            terms.add(sum);
        }
        return Optional.of(terms.getFirst());
    }

    long[] shape(String tensor) throws UnreadableGraphException {
        TensorFacts.Fact fact = facts.facts().get(tensor);
        if (fact != null) {
            return fact.shape().stream().mapToLong(Long::longValue).toArray();
        }
        TensorProto initializer = initializers.get(tensor);
        if (initializer != null) {
            return initializer.getDimsList().stream().mapToLong(Long::longValue).toArray();
        }
        throw graph.fault("the shape of '%s' is not known".formatted(tensor));
    }

    Optional<long[]> integers(String tensor) throws IOException {
        TensorFacts.Fact fact = facts.facts().get(tensor);
        if (fact != null) {
            boolean known = !fact.integers().isEmpty() || fact.shape().contains(0L);
            return known
                    ? Optional.of(
                            fact.integers().stream().mapToLong(Long::longValue).toArray())
                    : Optional.empty();
        }
        return graph.integers(tensor);
    }

    UnreadableGraphException fault(NodeProto node, String reason) {
        return graph.fault(
                "%s '%s', which makes '%s', %s".formatted(node.getOpType(), node.getName(), node.getOutput(0), reason));
    }
}
