// SPDX-License-Identifier: Apache-2.0
package io.github.stray.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Attributes of a node, read with the defaults of its operator. Immutable.
 *
 * @param byName name of an attribute to what the file holds
 */
public record NodeAttributes(Map<String, AttributeProto> byName) {
    /**
     * {@return the attributes of a node}
     *
     * @param node the node
     */
    public static NodeAttributes of(NodeProto node) {
        var byName = new HashMap<String, AttributeProto>();
        node.getAttributeList().forEach(attribute -> byName.put(attribute.getName(), attribute));
        return new NodeAttributes(byName);
    }

    /**
     * {@return whether an attribute is written down}
     *
     * @param name its name
     */
    public boolean has(String name) {
        return byName.containsKey(name);
    }

    /**
     * {@return a whole number}
     *
     * @param name of the attribute
     * @param otherwise the operator's default
     */
    public long integer(String name, long otherwise) {
        AttributeProto attribute = byName.get(name);
        return attribute == null ? otherwise : attribute.getI();
    }

    /**
     * {@return a number}
     *
     * @param name of the attribute
     * @param otherwise the operator's default
     */
    public double number(String name, double otherwise) {
        AttributeProto attribute = byName.get(name);
        return attribute == null ? otherwise : attribute.getF();
    }

    /**
     * {@return a text}
     *
     * @param name of the attribute
     * @param otherwise the operator's default
     */
    public String text(String name, String otherwise) {
        AttributeProto attribute = byName.get(name);
        return attribute == null ? otherwise : attribute.getS().toStringUtf8();
    }

    /**
     * {@return whole numbers, none if they are left out}
     *
     * @param name of the attribute
     */
    public List<Long> integers(String name) {
        AttributeProto attribute = byName.get(name);
        return attribute == null ? List.of() : attribute.getIntsList();
    }

    /**
     * {@return whole numbers, one an axis}
     *
     * @param name of the attribute
     * @param count how many there are
     * @param otherwise the value of all of them if it is left out
     */
    public long[] integers(String name, int count, long otherwise) {
        List<Long> given = integers(name);
        long[] values = new long[count];
        for (int i = 0; i < count; i++) {
            values[i] = given.isEmpty() ? otherwise : given.get(i);
        }
        return values;
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
