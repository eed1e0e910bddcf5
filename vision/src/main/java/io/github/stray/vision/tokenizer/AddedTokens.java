// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.tokenizer;

import io.github.stray.store.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Tokens that a text is cut at before anything else; those that the vocabulary has not stand behind it. */
final class AddedTokens {
    private static final int MOST = 1 << 16;
    private static final int LONGEST = 256;

    private static final Kind TOKEN = Kind.of(Map.of(
            "id",
            Vocabulary::requireId,
            "content",
            JsonNode::text,
            "single_word",
            Kind.FLAG,
            "lstrip",
            Kind.FLAG,
            "rstrip",
            Kind.FLAG,
            "normalized",
            Kind.FLAG,
            "special",
            Kind.FLAG));

    private AddedTokens() {}

    /** The ids of all tokens. */
    static Map<String, Integer> joined(JsonNode<Unusable> part, Map<String, Integer> vocabulary) throws Unusable {
        List<JsonNode<Unusable>> tokens = part.or(List.of()).list(token -> token);
        if (tokens.size() > MOST) {
            throw part.refused("must have %d entries at most, has %d".formatted(MOST, tokens.size()));
        }
        var ids = new HashMap<>(vocabulary);
        int next = vocabulary.size();
        for (JsonNode<Unusable> token : tokens) {
            TOKEN.check(token);
            JsonNode<Unusable> content = token.at("content");
            if (content.text().isEmpty() || content.text().length() > LONGEST) {
                throw content.refused("must have 1 to %d characters".formatted(LONGEST));
            }
            Integer known = ids.putIfAbsent(content.text(), next);
            int id = known == null ? next : known;
            next = Math.max(next, id + 1);
            if (token.at("id").whole(0) != id) {
                throw token.at("id")
                        .refused("must be %d: %s"
                                .formatted(
                                        id,
                                        known == null
                                                ? "tokens that the vocabulary has not are numbered on behind it"
                                                : "that is the token's id in the vocabulary"));
            }
        }
        return ids;
    }
}
