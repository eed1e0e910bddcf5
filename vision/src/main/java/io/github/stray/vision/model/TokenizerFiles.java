// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.model;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonWriter;
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
record TokenizerFiles(
        Path tokenizer, Map<String, Integer> ids, Map<String, String> special, List<Path> settings, String ending) {
    private static final String FILE = "tokenizer.json";
    private static final List<String> SETTINGS = List.of("tokenizer_config.json", "special_tokens_map.json");
    private static final List<String> SPECIAL = List.of("bos_token", "eos_token", "pad_token");

    static TokenizerFiles read(Path folder, Path network) throws IOException {
        JsonSettings tokenizer = JsonSettings.read(
                folder.resolve(FILE),
                "%s takes the tokens of a text, and which tokenizer makes them is not guessed".formatted(network));
        var special = new HashMap<String, String>();
        for (String name : SETTINGS) {
            if (Files.isRegularFile(folder.resolve(name))) {
                JsonSettings settings = JsonSettings.read(folder.resolve(name), "");
                for (String key : SPECIAL) {
                    Optional<String> token = content(settings, key);
                    if (token.isPresent()) {
                        String before = special.putIfAbsent(key, token.get());
                        if (before != null && !before.equals(token.get())) {
                            throw settings.refused(
                                    key,
                                    "is '%s' in %s: remove the file that is not the model's"
                                            .formatted(before, SETTINGS.getFirst()));
                        }
                    }
                }
            }
        }
        Object ending = tokenizer.json().get("post_processor");
        return new TokenizerFiles(
                tokenizer.file(),
                ids(tokenizer),
                special,
                SETTINGS.stream().map(folder::resolve).toList(),
                ending == null ? "" : JsonWriter.string(ending));
    }

    /** A token, written as itself or as an object with its content. */
    private static Optional<String> content(JsonSettings settings, String key) throws InvalidCardException {
        Object value = settings.json().get(key);
        Object content = value instanceof JsonObject token ? token.get("content") : value;
        if (content != null && !(content instanceof String)) {
            throw settings.refused(key, "must be a token, or have its content");
        }
        return Optional.ofNullable((String) content);
    }

    private static Map<String, Integer> ids(JsonSettings tokenizer) throws InvalidCardException {
        JsonSettings model = tokenizer
                .inside("model")
                .orElseThrow(() -> tokenizer.refused("model", "is needed: this is no tokenizer.json"));
        var ids = new HashMap<String, Integer>();
        if (model.json().get("vocab") instanceof JsonArray scored) {
            for (int i = 0; i < scored.size(); i++) {
                if (!(scored.get(i) instanceof JsonArray entry) || !(entry.get(0) instanceof String token)) {
                    throw model.refused("vocab", "must be a list of tokens with their scores");
                }
                ids.putIfAbsent(token, i);
            }
        } else if (model.json().get("vocab") instanceof JsonObject vocabulary) {
            for (Map.Entry<String, Object> entry : vocabulary.entrySet()) {
                if (!(entry.getValue() instanceof Integer id) || id < 0) {
                    throw tokenizer.refused(
                            "version", "goes with a vocabulary in which '%s' has no id".formatted(entry.getKey()));
                }
                ids.put(entry.getKey(), id);
            }
        } else {
            throw new InvalidCardException(
                    "%s: key 'model.vocab' must be an object or a list: this is no tokenizer.json"
                            .formatted(tokenizer.file()));
        }
        if (tokenizer.json().get("added_tokens") instanceof JsonArray added) {
            for (Object entry : added) {
                if (!(entry instanceof JsonObject token)
                        || !(token.get("content") instanceof String content)
                        || !(token.get("id") instanceof Integer id)
                        || id < 0) {
                    throw tokenizer.refused("added_tokens", "must give content and id of each token");
                }
                ids.put(content, id);
            }
        }
        return ids;
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
