// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.tokenizer;

import io.github.stray.store.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The tokens that are put around a text. Each must be one of the tokenizer, under its id there. What is said of pairs of texts
 * is left out: there are none.
 *
 * @param ids token to id, added tokens included
 */
record Ending(Map<String, Integer> ids) {
    private static final int MOST = 16;
    private static final String TEMPLATE = "TemplateProcessing";

    private static final List<Object> PAIR = List.of(text("A"), text("B"));

    @Nullable
    Object checked(JsonNode<Unusable> part) throws Unusable {
        Kind.Check token = this::requireToken;
        var steps = new Steps(
                "processors",
                Map.of(
                        TEMPLATE,
                        Kind.of(Map.of("single", value -> {}, "pair", value -> {}, "special_tokens", value -> {})),
                        "RobertaProcessing",
                        Kind.of(Map.of(
                                "sep", token, "cls", token, "trim_offsets", Kind.FLAG, "add_prefix_space", Kind.FLAG)),
                        "BertProcessing",
                        Kind.of(Map.of("sep", token, "cls", token)),
                        "ByteLevel",
                        PreTokenizers.BYTE_LEVEL));
        var written = new ArrayList<@Nullable Object>();
        for (JsonNode<Unusable> step : steps.of(part)) {
            written.add(step.at(Kind.TYPE).text().equals(TEMPLATE) ? template(step) : step.value());
        }
        return steps.written(written);
    }

    private void requireToken(JsonNode<Unusable> pair) throws Unusable {
        List<JsonNode<Unusable>> parts = pair.list(element -> element);
        if (parts.size() != 2) {
            throw pair.refused("must be a token and its id");
        }
        requireId(parts.get(0).text(), parts.get(1));
    }

    private void requireId(String token, JsonNode<Unusable> id) throws Unusable {
        Integer own = ids.get(token);
        if (own == null) {
            throw id.refused("is the id of '%s', which is no token of the vocabulary".formatted(token));
        }
        if (id.whole(0) != own) {
            throw id.refused("must be %d, the id of '%s' in the vocabulary".formatted(own, token));
        }
    }

    private Map<String, Object> template(JsonNode<Unusable> step) throws Unusable {
        List<JsonNode<Unusable>> pieces = step.at("single").list(piece -> piece);
        if (pieces.size() > MOST) {
            throw step.at("single").refused("has %d pieces, expected %d at most".formatted(pieces.size(), MOST));
        }
        var single = new ArrayList<Object>();
        var tokens = new LinkedHashMap<String, Object>();
        for (JsonNode<Unusable> piece : pieces) {
            Kind.only(piece, Set.of("Sequence", "SpecialToken"));
            if (piece.keys().size() != 1) {
                throw piece.refused("must be a Sequence or a SpecialToken");
            }
            JsonNode<Unusable> what = piece.at(piece.keys().iterator().next());
            Kind.only(what, Set.of("id", "type_id"));
            what.at("type_id").whole(0);
            String id = what.at("id").text();
            if (piece.at("Sequence").isPresent()) {
                if (!id.equals("A")) {
                    throw what.at("id").refused("must be A, the text");
                }
                single.add(text("A"));
            } else {
                tokens.put(id, special(step.at("special_tokens"), id));
                single.add(Map.of("SpecialToken", Map.of("id", id, "type_id", 0)));
            }
        }
        if (single.stream().filter(text("A")::equals).count() != 1) {
            throw step.at("single").refused("must hold the text once");
        }
        return Map.of(Kind.TYPE, TEMPLATE, "single", single, "pair", PAIR, "special_tokens", tokens);
    }

    /** A special token stands for one token or several. */
    private Object special(JsonNode<Unusable> all, String name) throws Unusable {
        JsonNode<Unusable> special = all.at(name);
        if (!special.isPresent()) {
            throw special.refused("is needed: the token is put around each text");
        }
        Kind.only(special, Set.of("id", "ids", "tokens"));
        List<JsonNode<Unusable>> numbers = special.at("ids").list(id -> id);
        List<String> texts = special.at("tokens").list(JsonNode::text);
        if (!special.at("id").text().equals(name) || numbers.size() != texts.size() || texts.size() > MOST) {
            throw special.refused("must have its name as id, and as many ids as tokens, %d at most".formatted(MOST));
        }
        for (int i = 0; i < texts.size(); i++) {
            requireId(texts.get(i), numbers.get(i));
        }
        return Map.of("id", name, "ids", ids(texts), "tokens", texts);
    }

    private List<Integer> ids(List<String> tokens) {
        return tokens.stream().map(ids::get).toList();
    }

    private static Map<String, Object> text(String id) {
        return Map.of("Sequence", Map.of("id", id, "type_id", 0));
    }
}
