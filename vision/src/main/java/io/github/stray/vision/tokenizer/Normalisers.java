// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.tokenizer;

import io.github.stray.store.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is done to a text before it is cut into words. */
final class Normalisers {
    /** How many times longer all steps together may make a text. */
    private static final int MOST_GROWTH = 64;

    private static final Steps STEPS = new Steps("normalizers", kinds());

    private Normalisers() {}

    private static Map<String, Kind> kinds() {
        var kinds = new HashMap<String, Kind>();
        for (String bare : List.of("NFC", "NFD", "NFKC", "NFKD", "Nmt", "Lowercase", "StripAccents")) {
            kinds.put(bare, Kind.bare());
        }
        kinds.put("Strip", Kind.of(Map.of("strip_left", Kind.FLAG, "strip_right", Kind.FLAG)));
        kinds.put(
                "BertNormalizer",
                new Kind(
                        Map.of("clean_text", Kind.FLAG, "handle_chinese_chars", Kind.FLAG, "lowercase", Kind.FLAG),
                        Map.of("strip_accents", Kind.FLAG)));
        kinds.put("Replace", Kind.of(Map.of("pattern", TextPattern::check, "content", Kind.shortText(0))));
        kinds.put("Prepend", Kind.of(Map.of("prepend", Kind.shortText(1))));
        kinds.put("Precompiled", Kind.of(Map.of("precompiled_charsmap", CharacterMap::check)));
        return kinds;
    }

    static @Nullable Object checked(JsonNode<Unusable> part) throws Unusable {
        List<JsonNode<Unusable>> steps = STEPS.of(part);
        long growth = 1;
        for (JsonNode<Unusable> step : steps) {
            JsonNode<Unusable> content = step.at("content");
            growth *= content.isPresent() ? Math.max(1, content.text().length()) : 1;
            if (growth > MOST_GROWTH) {
                throw content.refused(
                        "would make a text %d times longer together with the steps before, expected %d at most"
                                .formatted(growth, MOST_GROWTH));
            }
        }
        return STEPS.written(steps.stream().map(JsonNode::value).toList());
    }
}
