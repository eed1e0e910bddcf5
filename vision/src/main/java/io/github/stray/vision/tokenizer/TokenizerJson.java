// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.tokenizer;

import com.grack.nanojson.JsonWriter;
import io.github.stray.store.JsonNode;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The content of a {@code tokenizer.json}, which may come from anybody. The native library that encodes texts ends the process
 * where such a file contradicts itself, and takes all time or memory where it asks for that; so nothing reaches it but what is
 * read here: the kinds of normalisers, pre-tokenizers, models and post-processors that text encoders use, with all keys known,
 * all values in their range, and every token that is named one of the vocabulary. Decoder, truncation, padding and what is
 * said of pairs of texts take no part in encoding one text, and are left out unread.
 *
 * @param ids token to id, added tokens included
 * @param ending what is put around a text, as JSON; empty if nothing
 * @param checked what the native library may be given, in UTF-8
 */
@SuppressWarnings("ArrayRecordComponent")
public record TokenizerJson(Map<String, Integer> ids, String ending, byte[] checked) {
    private static final int MOST_BYTES = 64 << 20;
    private static final Set<String> KEYS = Set.of(
            "version",
            "truncation",
            "padding",
            "added_tokens",
            "normalizer",
            "pre_tokenizer",
            "post_processor",
            "decoder",
            "model");

    /**
     * Checks a tokenizer.
     *
     * @param <E> what is thrown
     * @param json content of {@code tokenizer.json}
     * @param source what it is, for messages
     * @param failure makes what is thrown
     * @return what it says
     * @throws E if it is damaged, or none that text encoders have; the message names the key, what was found and what was
     *     expected
     */
    public static <E extends Exception> TokenizerJson parse(byte[] json, String source, JsonNode.Failure<E> failure)
            throws E {
        if (json.length > MOST_BYTES) {
            throw failure.of(
                    "%s has %d bytes, expected a tokenizer.json of %d at most"
                            .formatted(source, json.length, MOST_BYTES),
                    null);
        }
        try {
            return read(JsonNode.parse(json, source, Unusable::new));
        } catch (Unusable e) {
            throw failure.of(String.valueOf(e.getMessage()), e);
        }
    }

    private static TokenizerJson read(JsonNode<Unusable> root) throws Unusable {
        Kind.only(root, KEYS);
        JsonNode<Unusable> version = root.at("version").or("1.0");
        if (!version.text().equals("1.0")) {
            throw version.refused("must be 1.0");
        }
        Vocabulary vocabulary = Vocabulary.of(root.at("model"));
        JsonNode<Unusable> added = root.at("added_tokens");
        Map<String, Integer> ids = AddedTokens.joined(added, vocabulary.ids());
        var checked = new LinkedHashMap<String, @Nullable Object>();
        checked.put("version", "1.0");
        checked.put("added_tokens", added.or(List.of()).value());
        checked.put("normalizer", Normalisers.checked(root.at("normalizer")));
        checked.put("pre_tokenizer", PreTokenizers.checked(root.at("pre_tokenizer")));
        JsonNode<Unusable> ending = root.at("post_processor");
        checked.put("post_processor", new Ending(ids).checked(ending));
        checked.put("model", vocabulary.model());
        return new TokenizerJson(ids, ending.isPresent() ? ending.anyText() : "", utf8(root, checked));
    }

    private static byte[] utf8(JsonNode<Unusable> root, Map<String, @Nullable Object> checked) throws Unusable {
        try {
            ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(JsonWriter.string(checked)));
            byte[] exact = new byte[bytes.remaining()];
            bytes.get(exact);
            return exact;
        } catch (CharacterCodingException e) {
            throw new Unusable("%s holds half a character (an unpaired surrogate)".formatted(root.source()), e);
        }
    }
}
