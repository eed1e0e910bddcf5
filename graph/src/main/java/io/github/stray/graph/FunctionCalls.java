// SPDX-License-Identifier: Apache-2.0
package io.github.stray.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * How many nodes a network has where a function stands for the nodes that it is made of. ONNX Runtime puts these in its place
 * when it loads a network, so a few functions that call each other ten times each would take all time and memory.
 */
final class FunctionCalls {
    static final long MOST_NODES = 1_000_000;
    private static final int DEEPEST = 64;

    private final Map<String, FunctionProto> functions = new HashMap<>();
    private final Map<String, Long> sizes = new HashMap<>();

    private FunctionCalls(ModelProto model) {
        for (FunctionProto function : model.getFunctionsList()) {
            functions.put(function.getDomain() + ":" + function.getName(), function);
        }
    }

    /** Whether a network with its functions put in has more nodes than {@link #MOST_NODES}, or calls are too deep to tell. */
    static boolean tooMany(ModelProto model) {
        return model.getFunctionsCount() > 0
                && new FunctionCalls(model).size(model.getGraph().getNodeList(), 0) > MOST_NODES;
    }

    private long size(List<NodeProto> nodes, int depth) {
        long size = 0;
        for (NodeProto node : nodes) {
            String called = node.getDomain() + ":" + node.getOpType();
            FunctionProto function = functions.get(called);
            size += 1;
            if (function != null && depth == DEEPEST) {
                return MOST_NODES + 1;
            }
            if (function != null) {
                Long known = sizes.get(called);
                long own = known != null ? known : size(function.getNodeList(), depth + 1);
                sizes.put(called, own);
                size += own;
            }
            size += node.getAttributeList().stream()
                    .flatMap(FunctionCalls::bodies)
                    .mapToLong(body -> size(body, depth))
                    .sum();
            if (size > MOST_NODES) {
                return MOST_NODES + 1;
            }
        }
        return size;
    }

    private static Stream<List<NodeProto>> bodies(AttributeProto attribute) {
        return Stream.concat(
                attribute.hasG() ? Stream.of(attribute.getG().getNodeList()) : Stream.empty(),
                attribute.getGraphsList().stream().map(graph -> graph.getNodeList()));
    }
}
