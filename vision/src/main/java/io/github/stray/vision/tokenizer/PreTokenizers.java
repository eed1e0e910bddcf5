// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.tokenizer;

import io.github.stray.store.JsonNode;
import io.github.stray.vision.tokenizer.Kind.Check;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How a text is cut into words. */
final class PreTokenizers {
    static final Kind BYTE_LEVEL =
            new Kind(Map.of("add_prefix_space", Kind.FLAG, "trim_offsets", Kind.FLAG), Map.of("use_regex", Kind.FLAG));

    private static final Check BEHAVIOUR =
            Kind.oneOf("Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous");

    private static final Steps STEPS = new Steps(
            "pretokenizers",
            Map.of(
                    "BertPreTokenizer",
                    Kind.bare(),
                    "Whitespace",
                    Kind.bare(),
                    "WhitespaceSplit",
                    Kind.bare(),
                    "ByteLevel",
                    BYTE_LEVEL,
                    "Digits",
                    Kind.of(Map.of("individual_digits", Kind.FLAG)),
                    "Punctuation",
                    new Kind(Map.of(), Map.of("behavior", BEHAVIOUR)),
                    "Split",
                    Kind.of(Map.of("pattern", TextPattern::check, "behavior", BEHAVIOUR, "invert", Kind.FLAG)),
                    "Metaspace",
                    new Kind(
                            Map.of("replacement", PreTokenizers::character),
                            Map.of(
                                    "prepend_scheme",
                                    Kind.oneOf("first", "never", "always"),
                                    "split",
                                    Kind.FLAG,
                                    "add_prefix_space",
                                    Kind.FLAG,
                                    "str_rep",
                                    PreTokenizers::character))));

    private PreTokenizers() {}

    private static void character(JsonNode<Unusable> value) throws Unusable {
        if (value.text().codePointCount(0, value.text().length()) != 1) {
            throw value.refused("must be one character");
        }
    }

    static @Nullable Object checked(JsonNode<Unusable> part) throws Unusable {
        return STEPS.written(STEPS.of(part).stream().map(JsonNode::value).toList());
    }
}
