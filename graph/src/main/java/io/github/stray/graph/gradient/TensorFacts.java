// SPDX-License-Identifier: Apache-2.0
package io.github.stray.graph.gradient;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a run of a network tells of its tensors: their shapes, and the values of the small integer ones that shapes and
 * slices are computed with. Immutable.
 *
 * @param facts name of a tensor to what is known of it
 */
public record TensorFacts(Map<String, Fact> facts) {
    /** Copies the map. */
    public TensorFacts {
        facts = Map.copyOf(facts);
    }

    /**
     * One tensor.
     *
     * @param type element type as ONNX Runtime names it, such as {@code FLOAT} or {@code INT64}
     * @param shape sizes, none for a scalar
     * @param integers values of a small INT64 or INT32 tensor, row-major; empty for any other
     */
    public record Fact(String type, List<Long> shape, List<Long> integers) {
        /** Copies the lists. */
        public Fact {
            shape = List.copyOf(shape);
            integers = List.copyOf(integers);
        }
    }

    /**
     * The facts for a batch of any size, from runs of one image and of two: sizes, and numbers computed from them, grow by
     * the same amount with each image.
     *
     * @param one facts of a run of one image
     * @param two facts of a run of two images
     * @param batch images, at least 1
     * @return facts for that batch
     */
    public static TensorFacts ofBatch(TensorFacts one, TensorFacts two, int batch) {
        var facts = new HashMap<String, Fact>();
        one.facts.forEach((name, first) -> {
            Fact second = two.facts.get(name);
            if (second != null && second.shape.size() == first.shape.size()) {
                List<Long> integers = first.integers.size() == second.integers.size()
                        ? extrapolated(first.integers, second.integers, batch)
                        : List.of();
                facts.put(name, new Fact(first.type, extrapolated(first.shape, second.shape, batch), integers));
            }
        });
        return new TensorFacts(facts);
    }

    private static List<Long> extrapolated(List<Long> one, List<Long> two, int batch) {
        var values = new ArrayList<Long>();
        for (int i = 0; i < one.size(); i++) {
            values.add(one.get(i) + (batch - 1) * (two.get(i) - one.get(i)));
        }
        return values;
    }
}
