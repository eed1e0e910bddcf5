// SPDX-License-Identifier: Apache-2.0
package io.github.stray.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What of a graph some of its tensors depend on. */
final class GraphCut {
    private final GraphProto graph;
    private final Set<String> tensors = new HashSet<>();
    private final Set<NodeProto> nodes = Collections.newSetFromMap(new IdentityHashMap<>());

    private GraphCut(GraphProto graph) {
        this.graph = graph;
    }

    static GraphCut to(GraphProto graph, Collection<String> wanted) {
        var cut = new GraphCut(graph);
        Map<String, NodeProto> producers = new HashMap<>();
        for (NodeProto node : graph.getNodeList()) {
            node.getOutputList().forEach(output -> producers.put(output, node));
        }
        // Inputs and outputs that are left out are written as empty names, and are no tensor.
        producers.remove("");
        Deque<String> open = new ArrayDeque<>(wanted);
        while (!open.isEmpty()) {
            String tensor = open.pop();
            NodeProto node = producers.get(tensor);
            if (cut.tensors.add(tensor) && node != null && cut.nodes.add(node)) {
                open.addAll(read(node));
            }
        }
        return cut;
    }

    /** What a node reads; the bodies of loops and branches read tensors around them by name. */
    static List<String> read(NodeProto node) {
        var names = new ArrayList<String>(node.getInputList());
        for (AttributeProto attribute : node.getAttributeList()) {
            if (attribute.hasG()) {
                names.addAll(readInside(attribute.getG()));
            }
            attribute.getGraphsList().forEach(body -> names.addAll(readInside(body)));
        }
        return names;
    }

    private static List<String> readInside(GraphProto body) {
        var names = new ArrayList<String>();
        body.getNodeList().forEach(node -> names.addAll(read(node)));
        body.getOutputList().forEach(output -> names.add(output.getName()));
        return names;
    }

    boolean needs(String tensor) {
        return tensors.contains(tensor);
    }

    /** The same graph without what is not needed; its outputs are left out. */
    GraphProto.Builder kept() {
        GraphProto.Builder kept = graph.toBuilder()
                .clearNode()
                .clearInitializer()
                .clearSparseInitializer()
                .clearInput()
                .clearOutput()
                .clearValueInfo()
                .clearQuantizationAnnotation();
        graph.getNodeList().stream().filter(nodes::contains).forEach(kept::addNode);
        graph.getInitializerList().stream()
                .filter(weight -> needs(weight.getName()))
                .forEach(kept::addInitializer);
        graph.getSparseInitializerList().stream()
                .filter(weight -> needs(weight.getValues().getName()))
                .forEach(kept::addSparseInitializer);
        graph.getInputList().stream().filter(input -> needs(input.getName())).forEach(kept::addInput);
        graph.getValueInfoList().stream()
                .filter(value -> needs(value.getName()))
                .forEach(kept::addValueInfo);
        graph.getQuantizationAnnotationList().stream()
                .filter(annotation -> needs(annotation.getTensorName()))
                .forEach(kept::addQuantizationAnnotation);
        return kept;
    }
}
