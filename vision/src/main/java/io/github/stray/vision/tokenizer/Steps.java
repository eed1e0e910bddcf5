// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.tokenizer;

import io.github.stray.store.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A part of a tokenizer that is one step, or several in a sequence.
 *
 * @param key under which a sequence holds its steps
 * @param kinds what a step may be
 */
record Steps(String key, Map<String, Kind> kinds) {
    private static final String SEQUENCE = "Sequence";
    private static final int MOST = 16;

    /** The steps in their order, each checked; none where the part is left out. */
    List<JsonNode<Unusable>> of(JsonNode<Unusable> part) throws Unusable {
        var steps = new ArrayList<JsonNode<Unusable>>();
        if (part.isPresent()) {
            collect(part, steps);
        }
        return steps;
    }

    private void collect(JsonNode<Unusable> part, List<JsonNode<Unusable>> steps) throws Unusable {
        JsonNode<Unusable> type = part.at(Kind.TYPE);
        if (type.text().equals(SEQUENCE)) {
            Kind.of(Map.of(key, value -> {})).check(part);
            for (JsonNode<Unusable> step : part.at(key).list(step -> step)) {
                collect(step, steps);
            }
            return;
        }
        Kind kind = kinds.get(type.text());
        if (kind == null) {
            throw type.refused("must be one of %s, or %s: text encoders use no others"
                    .formatted(String.join(", ", new TreeSet<>(kinds.keySet())), SEQUENCE));
        }
        kind.check(part);
        steps.add(part);
        if (steps.size() > MOST) {
            throw part.refused("is step %d, expected %d at most".formatted(steps.size(), MOST));
        }
    }

    /** The steps as the native library is given them; null for none. */
    @Nullable
    Object written(List<?> steps) {
        return switch (steps.size()) {
            case 0 -> null;
            case 1 -> steps.getFirst();
            default -> Map.of(Kind.TYPE, SEQUENCE, key, steps);
        };
    }
}
