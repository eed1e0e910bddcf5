// SPDX-License-Identifier: Apache-2.0
package io.github.stray.graph.gradient;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Attributes of a node, with the defaults of its operator. */
record NodeAttributes(Map<String, AttributeProto> byName) {
    static NodeAttributes of(NodeProto node) {
        var byName = new HashMap<String, AttributeProto>();
        node.getAttributeList().forEach(attribute -> byName.put(attribute.getName(), attribute));
        return new NodeAttributes(byName);
    }

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

    String text(String name, String otherwise) {
        AttributeProto attribute = byName.get(name);
        return attribute == null ? otherwise : attribute.getS().toStringUtf8();
    }

    List<Long> integers(String name) {
        AttributeProto attribute = byName.get(name);
        return attribute == null ? List.of() : attribute.getIntsList();
    }

    /** Numbers an axis, or the same for all of them. */
    long[] integers(String name, int count, long otherwise) {
        List<Long> given = integers(name);
        long[] values = new long[count];
        for (int i = 0; i < count; i++) {
            values[i] = given.isEmpty() ? otherwise : given.get(i);
        }
        return values;
    }
}
