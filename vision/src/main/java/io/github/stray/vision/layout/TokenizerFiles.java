// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.layout;

import io.github.stray.store.JsonNode;
import io.github.stray.vision.card.InvalidCardException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code tokenizer.json} and the settings beside it say: the ids of tokens, and which of them begin, end and fill up a
 * text.
 *
 * @param tokenizer the file {@code tokenizer.json}
 * @param ids token to id, added tokens included
 * @param special {@code bos_token}, {@code eos_token}, {@code pad_token} to tokens, as far as the settings say
 * @param settings files that were asked for them, for messages
 * @param ending what the tokenizer puts around a text, as JSON; empty if nothing
 */
public record TokenizerFiles(
        Path tokenizer, Map<String, Integer> ids, Map<String, String> special, List<Path> settings, String ending) {
    private static final String FILE = "tokenizer.json";
    private static final List<String> SETTINGS = List.of("tokenizer_config.json", "special_tokens_map.json");
    private static final List<String> SPECIAL = List.of("bos_token", "eos_token", "pad_token");

    static TokenizerFiles read(Path folder, Path network) throws IOException {
        JsonNode<InvalidCardException> tokenizer = FolderLayout.settings(
                folder.resolve(FILE),
                "%s takes the tokens of a text, and which tokenizer makes them is not guessed".formatted(network));
        var special = new HashMap<String, String>();
        for (String name : SETTINGS) {
            if (Files.isRegularFile(folder.resolve(name))) {
                JsonNode<InvalidCardException> settings = FolderLayout.settings(folder.resolve(name), "");
                for (String key : SPECIAL) {
                    JsonNode<InvalidCardException> place = settings.at(key);
                    Optional<String> token = (place.isObject() ? place.at("content") : place).optional(JsonNode::text);
                    if (token.isPresent()) {
                        String before = special.putIfAbsent(key, token.get());
                        if (before != null && !before.equals(token.get())) {
                            throw place.refused("is '%s' in %s: remove the file that is not the model's"
                                    .formatted(before, SETTINGS.getFirst()));
                        }
                    }
                }
            }
        }
        JsonNode<InvalidCardException> ending = tokenizer.at("post_processor");
        return new TokenizerFiles(
                folder.resolve(FILE),
                ids(tokenizer),
                special,
                SETTINGS.stream().map(folder::resolve).toList(),
                ending.isPresent() ? ending.anyText() : "");
    }

    private static Map<String, Integer> ids(JsonNode<InvalidCardException> tokenizer) throws InvalidCardException {
        JsonNode<InvalidCardException> vocabulary =
                tokenizer.at("model").or(Map.of()).at("vocab");
        var ids = new HashMap<String, Integer>();
        if (vocabulary.value() instanceof List<?> scored) {
            for (int i = 0; i < scored.size(); i++) {
                if (!(scored.get(i) instanceof List<?> entry) || !(entry.get(0) instanceof String token)) {
                    throw vocabulary.refused("must be a list of tokens with their scores");
                }
                ids.putIfAbsent(token, i);
            }
        } else if (vocabulary.isObject()) {
            ids.putAll(vocabulary.map(id -> id.whole(0)));
        } else {
            throw vocabulary.refused("must be an object or a list: this is no tokenizer.json");
        }
        for (Map.Entry<String, Integer> added :
                tokenizer.at("added_tokens").or(List.of()).list(TokenizerFiles::added)) {
            ids.put(added.getKey(), added.getValue());
        }
        return ids;
    }

    private static Map.Entry<String, Integer> added(JsonNode<InvalidCardException> token) throws InvalidCardException {
        return Map.entry(token.at("content").text(), token.at("id").whole(0));
    }

    /** One more than the largest id. */
    int size() {
        return 1 + ids.values().stream().mapToInt(Integer::intValue).max().orElse(-1);
    }

    /** The id of a special token; empty where the settings name none. */
    Optional<Integer> id(String key) throws InvalidCardException {
        String token = special.get(key);
        if (token == null) {
            return Optional.empty();
        }
        Integer id = ids.get(token);
        if (id == null) {
            throw new InvalidCardException(
                    "%s has no token '%s', which is the %s of %s: it is the tokenizer of another model"
                            .formatted(tokenizer, token, key, settings));
        }
        return Optional.of(id);
    }

    int requireId(String key) throws InvalidCardException {
        return id(key).orElseThrow(() ->
                new InvalidCardException("none of %s has a key '%s', and it is not guessed".formatted(settings, key)));
    }
}
