// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.tokenizer;

import io.github.stray.store.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The tokens that words are cut into.
 *
 * @param model the checked part as the native library is given it
 * @param ids token to id
 */
record Vocabulary(Map<String, @Nullable Object> model, Map<String, Integer> ids) {
    private static final int MOST = 1 << 20;
    private static final int MOST_MERGES = 1 << 21;
    private static final int LONGEST = 1024;

    /** Longest word that WordPiece tries all pieces of. */
    private static final int LONGEST_WORD = 1000;

    /** Largest magnitude of the logarithm of a probability. */
    private static final double LARGEST_SCORE = 1e6;

    private static final Kind.Check UNCHECKED = value -> {};

    private static final Kind BPE = new Kind(
            Map.of("vocab", UNCHECKED, "merges", UNCHECKED),
            Map.of(
                    "dropout",
                    Vocabulary::requireZero,
                    "unk_token",
                    JsonNode::text,
                    "continuing_subword_prefix",
                    Kind.oneOf(""),
                    "end_of_word_suffix",
                    Kind.shortText(0),
                    "fuse_unk",
                    Kind.FLAG,
                    "byte_fallback",
                    Kind.FLAG,
                    "ignore_merges",
                    Kind.FLAG));

    private static final Kind WORD_PIECE = Kind.of(Map.of(
            "vocab",
            UNCHECKED,
            "unk_token",
            JsonNode::text,
            "continuing_subword_prefix",
            Kind.shortText(0),
            "max_input_chars_per_word",
            Vocabulary::requireShortWords));

    private static final Kind WORD_LEVEL = Kind.of(Map.of("vocab", UNCHECKED, "unk_token", JsonNode::text));

    private static final Kind UNIGRAM =
            new Kind(Map.of("vocab", UNCHECKED, "unk_id", value -> value.whole(0)), Map.of("byte_fallback", Kind.FLAG));

    /** Reads the part {@code model}. */
    static Vocabulary of(JsonNode<Unusable> model) throws Unusable {
        String type = model.at(Kind.TYPE).isPresent() ? model.at(Kind.TYPE).text() : unnamed(model);
        Map<String, Integer> ids = switch (type) {
            case "BPE" -> {
                BPE.check(model);
                Map<String, Integer> tokens = tokens(model.at("vocab"));
                merges(model.at("merges"), tokens);
                yield tokens;
            }
            case "WordPiece" -> {
                WORD_PIECE.check(model);
                yield tokens(model.at("vocab"));
            }
            case "WordLevel" -> {
                WORD_LEVEL.check(model);
                yield tokens(model.at("vocab"));
            }
            case "Unigram" -> {
                UNIGRAM.check(model);
                yield scored(model.at("vocab"), model.at("unk_id"));
            }
            default ->
                throw model.at(Kind.TYPE)
                        .refused("must be BPE, Unigram, WordLevel or WordPiece: text encoders use no others");
        };
        JsonNode<Unusable> unknown = model.at("unk_token");
        if (unknown.isPresent() && !ids.containsKey(unknown.text())) {
            throw unknown.refused("is no token of the vocabulary");
        }
        var written = new TreeMap<String, @Nullable Object>();
        for (String key : model.keys()) {
            written.put(key, model.at(key).value());
        }
        written.put(Kind.TYPE, type);
        return new Vocabulary(written, ids);
    }

    /** Files of old versions do not say what they are. */
    private static String unnamed(JsonNode<Unusable> model) throws Unusable {
        return model.at("merges").isPresent()
                ? "BPE"
                : model.at("max_input_chars_per_word").isPresent() ? "WordPiece" : "Unigram";
    }

    private static void requireZero(JsonNode<Unusable> dropout) throws Unusable {
        if (dropout.number() != 0) {
            throw dropout.refused("must be 0 or left out: tokens would be drawn by chance");
        }
    }

    private static void requireShortWords(JsonNode<Unusable> longest) throws Unusable {
        if (longest.whole(1) > LONGEST_WORD) {
            throw longest.refused("must be %d at most".formatted(LONGEST_WORD));
        }
    }

    private static Map<String, Integer> tokens(JsonNode<Unusable> vocabulary) throws Unusable {
        Map<String, Integer> ids = vocabulary.map(id -> requireId(id));
        requireCount(vocabulary, ids.size(), MOST);
        for (String token : ids.keySet()) {
            if (token.length() > LONGEST) {
                throw vocabulary
                        .at(token)
                        .refused("is a token of %d characters, expected %d at most".formatted(token.length(), LONGEST));
            }
        }
        return ids;
    }

    static int requireId(JsonNode<Unusable> id) throws Unusable {
        if (id.whole(0) >= 2 * MOST) {
            throw id.refused("must be an id below %d".formatted(2 * MOST));
        }
        return id.whole(0);
    }

    private static void requireCount(JsonNode<Unusable> list, int count, int most) throws Unusable {
        if (count == 0 || count > most) {
            throw list.refused("must have 1 to %d entries, has %d".formatted(most, count));
        }
    }

    /** Each merge joins two tokens to a third; older files write both in one text with a space between. */
    private static void merges(JsonNode<Unusable> merges, Map<String, Integer> ids) throws Unusable {
        List<JsonNode<Unusable>> all = merges.list(merge -> merge);
        if (all.size() > MOST_MERGES) {
            throw merges.refused("must have %d entries at most, has %d".formatted(MOST_MERGES, all.size()));
        }
        for (JsonNode<Unusable> merge : all) {
            List<?> parts = merge.value() instanceof String both
                    ? List.of(both.split(" ", -1))
                    : merge.value() instanceof List<?> pair ? pair : List.of();
            if (parts.size() != 2
                    || !(parts.get(0) instanceof String left)
                    || !(parts.get(1) instanceof String right)) {
                throw merge.refused("must be two tokens");
            }
            for (String token : List.of(left, right, left + right)) {
                if (!ids.containsKey(token)) {
                    throw merge.refused("needs the token '%s', which the vocabulary has not".formatted(token));
                }
            }
        }
    }

    private static Map<String, Integer> scored(JsonNode<Unusable> vocabulary, JsonNode<Unusable> unknown)
            throws Unusable {
        List<JsonNode<Unusable>> entries = vocabulary.list(entry -> entry);
        requireCount(vocabulary, entries.size(), MOST);
        if (unknown.whole(0) >= entries.size()) {
            throw unknown.refused("must be the place of a token, and there are %d".formatted(entries.size()));
        }
        var ids = new HashMap<String, Integer>();
        for (JsonNode<Unusable> entry : entries) {
            if (!(entry.value() instanceof List<?> parts)
                    || parts.size() != 2
                    || !(parts.get(0) instanceof String token)
                    || !(parts.get(1) instanceof Number score)
                    || !(Math.abs(score.doubleValue()) <= LARGEST_SCORE)) {
                throw entry.refused("must be a token and the logarithm of its probability");
            }
            if (token.isEmpty() || token.length() > LONGEST) {
                throw entry.refused("must be a token of 1 to %d characters".formatted(LONGEST));
            }
            if (ids.putIfAbsent(token, ids.size()) != null) {
                throw entry.refused("is there twice");
            }
        }
        return ids;
    }
}
