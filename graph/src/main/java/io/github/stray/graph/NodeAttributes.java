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
     * Those of a node.
     *
     * @param node the node
     * @return its attributes
     */
    public static NodeAttributes of(NodeProto node) {
        var byName = new HashMap<String, AttributeProto>();
        node.getAttributeList().forEach(attribute -> byName.put(attribute.getName(), attribute));
        return new NodeAttributes(byName);
    }

    /**
     * Whether an attribute is written down.
     *
     * @param name its name
     * @return true if so
     */
    public boolean has(String name) {
        return byName.containsKey(name);
    }

    /**
     * A whole number.
     *
     * @param name of the attribute
     * @param otherwise the operator's default
     * @return its value
     */
    public long integer(String name, long otherwise) {
        AttributeProto attribute = byName.get(name);
        return attribute == null ? otherwise : attribute.getI();
    }

    /**
     * A number.
     *
     * @param name of the attribute
     * @param otherwise the operator's default
     * @return its value
     */
    public double number(String name, double otherwise) {
        AttributeProto attribute = byName.get(name);
        return attribute == null ? otherwise : attribute.getF();
    }

    /**
     * A text.
     *
     * @param name of the attribute
     * @param otherwise the operator's default
     * @return its value
     */
    public String text(String name, String otherwise) {
        AttributeProto attribute = byName.get(name);
        return attribute == null ? otherwise : attribute.getS().toStringUtf8();
    }

    /**
     * Whole numbers.
     *
     * @param name of the attribute
     * @return its values, none if it is left out
     */
    public List<Long> integers(String name) {
        AttributeProto attribute = byName.get(name);
        return attribute == null ? List.of() : attribute.getIntsList();
    }

    /**
     * Whole numbers, one an axis.
     *
     * @param name of the attribute
     * @param count how many there are
     * @param otherwise the value of all of them if it is left out
     * @return count values
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
