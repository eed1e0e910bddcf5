// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.layout;

import io.github.stray.provenance.InputFile;
import io.github.stray.store.JsonNode;
import io.github.stray.vision.card.InvalidCardException;
import io.github.stray.vision.tokenizer.TokenizerJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What {@code tokenizer.json} and the settings beside it say: the ids of tokens, which of them begin, end and fill up a text,
 * and how long it may be. Where only a slow tokenizer's files are there, {@link SlowTokenizer} makes a {@code tokenizer.json}.
 *
 * @param tokenizer the file that the tokens are from, for messages
 * @param json the content of {@code tokenizer.json}
 * @param ids token to id, added tokens included
 * @param special {@code bos_token}, {@code eos_token}, {@code pad_token} to tokens, as far as the settings say
 * @param settings files that were asked for them, for messages
 * @param longest {@code model_max_length} of the settings, where it is a length
 * @param ending what the tokenizer puts around a text, as JSON; empty if nothing
 */
public record TokenizerFiles(
        Path tokenizer,
        String json,
        Map<String, Integer> ids,
        Map<String, String> special,
        List<Path> settings,
        Optional<Integer> longest,
        String ending) {
    static final String FILE = "tokenizer.json";

    /** What is longer is no length: transformers writes 1e30 for "not known". */
    private static final int LONGEST = 1 << 16;

    private static final List<String> SETTINGS = List.of("tokenizer_config.json", "special_tokens_map.json");
    private static final List<String> SPECIAL = List.of("bos_token", "eos_token", "pad_token");

    static TokenizerFiles read(Path folder, Path network) throws IOException {
        var special = new HashMap<String, String>();
        Optional<Integer> longest = Optional.empty();
        for (String name : SETTINGS) {
            if (Files.isRegularFile(folder.resolve(name))) {
                JsonNode<InvalidCardException> settings = FolderLayout.settings(folder.resolve(name), "");
                readSpecial(settings, special);
                longest = longest.isPresent() ? longest : length(settings);
            }
        }
        Path file = folder.resolve(FILE);
        byte[] json;
        if (Files.isRegularFile(file)) {
            json = InputFile.bytes(file);
        } else {
            SlowTokenizer slow = SlowTokenizer.in(folder, network, special);
            json = slow.json().getBytes(StandardCharsets.UTF_8);
            file = slow.file();
        }
        TokenizerJson tokenizer = TokenizerJson.parse(json, file.toString(), TokenizerFiles::refused);
        return new TokenizerFiles(
                file,
                new String(json, StandardCharsets.UTF_8),
                tokenizer.ids(),
                special,
                SETTINGS.stream().map(folder::resolve).toList(),
                longest,
                tokenizer.ending());
    }

    private static InvalidCardException refused(String message, @Nullable Throwable cause) {
        return new InvalidCardException(message + "; without this file the images alone can be added", cause);
    }

    private static void readSpecial(JsonNode<InvalidCardException> settings, Map<String, String> special)
            throws InvalidCardException {
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

    private static Optional<Integer> length(JsonNode<InvalidCardException> settings) throws InvalidCardException {
        return settings.at("model_max_length").value() instanceof Integer length && length > 1 && length <= LONGEST
                ? Optional.of(length)
                : Optional.empty();
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

    int requireId(String key) throws IOException {
        return id(key).orElseThrow(() ->
                new NoTextsException("none of %s has a key '%s', and it is not guessed".formatted(settings, key)));
    }
}
