// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.tokenizer;

import io.github.stray.store.JsonNode;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a part of a tokenizer may be.
 *
 * @param needed its keys, and what each must be
 * @param optional keys that may be missing or null
 */
record Kind(Map<String, Check> needed, Map<String, Check> optional) {
    static final Check FLAG = JsonNode::flag;
    static final String TYPE = "type";

    /** Longest text of a step, such as what white space is replaced by. */
    private static final int LONGEST = 16;

    /** Refuses a value that is not as expected. */
    @FunctionalInterface
    interface Check {
        void of(JsonNode<Unusable> value) throws Unusable;
    }

    /** A kind that says nothing besides. */
    static Kind bare() {
        return new Kind(Map.of(), Map.of());
    }

    static Kind of(Map<String, Check> needed) {
        return new Kind(needed, Map.of());
    }

    /** Refuses a part that has other keys, lacks one, or has another value. */
    void check(JsonNode<Unusable> part) throws Unusable {
        var known = new TreeSet<String>(needed.keySet());
        known.addAll(optional.keySet());
        known.add(TYPE);
        only(part, known);
        for (Map.Entry<String, Check> field : needed.entrySet()) {
            field.getValue().of(part.at(field.getKey()));
        }
        for (Map.Entry<String, Check> field : optional.entrySet()) {
            if (part.at(field.getKey()).isPresent()) {
                field.getValue().of(part.at(field.getKey()));
            }
        }
    }

    /** Refuses keys that are not known: they might change tokens. */
    static void only(JsonNode<Unusable> part, Set<String> known) throws Unusable {
        for (String key : part.keys()) {
            if (!known.contains(key)) {
                throw part.at(key).refused("is not known, expected only " + String.join(", ", known));
            }
        }
    }

    static Check oneOf(String... texts) {
        return value -> {
            if (!Arrays.asList(texts).contains(value.text())) {
                throw value.refused("must be one of " + String.join(", ", texts));
            }
        };
    }

    /** A text of so many characters at least, and few at most. */
    static Check shortText(int least) {
        return value -> {
            int length = value.text().length();
            if (length < least || length > LONGEST) {
                throw value.refused("must have %d to %d characters, has %d".formatted(least, LONGEST, length));
            }
        };
    }
}
