// SPDX-License-Identifier: Apache-2.0
package io.github.stray.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a node says. */
final class Nodes {
    private Nodes() {}

    /** An input; empty where it is left out. */
    static Optional<String> input(NodeProto node, int index) {
        return index < node.getInputCount() && !node.getInput(index).isEmpty()
                ? Optional.of(node.getInput(index))
                : Optional.empty();
    }

    static Attributes attributes(NodeProto node) {
        var byName = new HashMap<String, AttributeProto>();
        for (AttributeProto attribute : node.getAttributeList()) {
            byName.put(attribute.getName(), attribute);
        }
        return new Attributes(byName);
    }

    /** Attributes with the defaults of the operator. */
    record Attributes(Map<String, AttributeProto> byName) {
        boolean has(String name) {
            return byName.containsKey(name);
        }

        long integer(String name, long otherwise) {
            AttributeProto attribute = byName.get(name);
            return attribute == null ? otherwise : attribute.getI();
        }

        double number(String name, double otherwise) {
            AttributeProto attribute = byName.get(name);
            return attribute == null ? otherwise : attribute.getF();
        }

        List<Long> integers(String name) {
            AttributeProto attribute = byName.get(name);
            return attribute == null ? List.of() : attribute.getIntsList();
        }

        List<Float> numbers(String name) {
            AttributeProto attribute = byName.get(name);
            return attribute == null ? List.of() : attribute.getFloatsList();
        }

        Optional<TensorProto> tensor(String name) {
            AttributeProto attribute = byName.get(name);
            return attribute == null || !attribute.hasT() ? Optional.empty() : Optional.of(attribute.getT());
        }
    }
}
