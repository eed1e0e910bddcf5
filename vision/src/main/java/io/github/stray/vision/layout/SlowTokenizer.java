// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.layout;

import com.grack.nanojson.JsonWriter;
import io.github.stray.provenance.InputFile;
import io.github.stray.store.JsonNode;
import io.github.stray.vision.card.InvalidCardException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A {@code tokenizer.json} that does what the files of a slow tokenizer say, as transformers 4.57 converts them:
 * {@code CLIPTokenizer} ({@code vocab.json}, {@code merges.txt}), {@code BertTokenizer} ({@code vocab.txt}),
 * {@code XLMRobertaTokenizer} ({@code sentencepiece.bpe.model}); and {@code SiglipTokenizer} ({@code spiece.model}), which
 * removes ASCII punctuation and case. Any other class, and every setting whose effect is not certain, is not converted.
 *
 * @param file what the tokens are from
 * @param json the content of {@code tokenizer.json}
 */
record SlowTokenizer(Path file, String json) {
    private static final String SETTINGS = "tokenizer_config.json";
    private static final String SPACE = "\u2581";
    private static final String WORDS = "'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+";
    private static final String PUNCTUATION = "[!-/:-@\\[-`{-~]";

    /** What one class reads, and the special tokens that it has where its settings name none. */
    private record Kind(String name, List<String> files, Map<String, String> special, Conversion conversion) {
        boolean isIn(Path folder) {
            return files.stream().allMatch(file -> Files.isRegularFile(folder.resolve(file)));
        }
    }

    @FunctionalInterface
    private interface Conversion {
        Map<String, Object> of(Path folder, JsonNode<InvalidCardException> settings, Map<String, String> special)
                throws IOException;
    }

    private static final List<Kind> KINDS = List.of(
            new Kind(
                    "CLIPTokenizer",
                    List.of("vocab.json", "merges.txt"),
                    Map.of(
                            "bos_token", "<|startoftext|>",
                            "eos_token", "<|endoftext|>",
                            "pad_token", "<|endoftext|>",
                            "unk_token", "<|endoftext|>"),
                    SlowTokenizer::clip),
            new Kind(
                    "BertTokenizer",
                    List.of("vocab.txt"),
                    Map.of("cls_token", "[CLS]", "sep_token", "[SEP]", "pad_token", "[PAD]", "unk_token", "[UNK]"),
                    SlowTokenizer::bert),
            new Kind(
                    "XLMRobertaTokenizer",
                    List.of("sentencepiece.bpe.model"),
                    Map.of("bos_token", "<s>", "eos_token", "</s>", "pad_token", "<pad>", "unk_token", "<unk>"),
                    SlowTokenizer::xlmRoberta),
            new Kind(
                    "SiglipTokenizer",
                    List.of("spiece.model"),
                    Map.of("eos_token", "</s>", "pad_token", "</s>", "unk_token", "<unk>"),
                    SlowTokenizer::siglip));

    /**
     * Converts the tokenizer of a folder.
     *
     * @param special names of special tokens to tokens, as its settings say; what its class has besides is added
     */
    static SlowTokenizer in(Path folder, Path network, Map<String, String> special) throws IOException {
        Path file = folder.resolve(SETTINGS);
        String missing =
                "%s takes the tokens of a text, and %s has no %s".formatted(network, folder, TokenizerFiles.FILE);
        if (!Files.isRegularFile(file)) {
            throw new NoTextsException(missing);
        }
        JsonNode<InvalidCardException> settings = FolderLayout.settings(file, "");
        String name = settings.at("tokenizer_class").or("").text().replaceFirst("Fast$", "");
        Kind kind = KINDS.stream()
                .filter(known -> known.name.equals(name) && known.isIn(folder))
                .findFirst()
                .orElseThrow(() -> new NoTextsException(
                        "%s, nor the files of a slow tokenizer that can be converted (its class is '%s')"
                                .formatted(missing, name)));
        kind.special.forEach(special::putIfAbsent);
        Map<String, Object> tokenizer = new LinkedHashMap<>(kind.conversion.of(folder, settings, special));
        tokenizer.put("version", "1.0");
        tokenizer.put("added_tokens", added(folder, settings));
        return new SlowTokenizer(folder.resolve(kind.files.getFirst()), JsonWriter.string(sorted(tokenizer)));
    }

    /** Keys in their order, so that the same files give the same bytes, and the digest in a card is the same each time. */
    private static @Nullable Object sorted(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            var keys = new TreeMap<String, @Nullable Object>();
            map.forEach((key, part) -> keys.put((String) key, sorted(part)));
            return keys;
        }
        return value instanceof List<?> list
                ? list.stream().map(SlowTokenizer::sorted).toList()
                : value;
    }

    /** The tokens that a text is cut at, which may stand behind the vocabulary. */
    private static List<Map<String, Object>> added(Path folder, JsonNode<InvalidCardException> settings)
            throws IOException {
        JsonNode<InvalidCardException> tokens = settings.at("added_tokens_decoder");
        Path older = folder.resolve("added_tokens.json");
        if (!tokens.isPresent() && Files.isRegularFile(older)) {
            throw new NoTextsException("%s has tokens whose properties are not said".formatted(older));
        }
        var added = new ArrayList<Map<String, Object>>();
        for (String id : tokens.or(Map.of()).keys()) {
            JsonNode<InvalidCardException> token = tokens.at(id);
            if (!id.matches("\\d{1,8}")) {
                throw token.refused("must have a number as key");
            }
            var entry = new LinkedHashMap<String, Object>();
            entry.put("id", Integer.valueOf(id));
            entry.put("content", token.at("content").text());
            for (String flag : List.of("single_word", "lstrip", "rstrip", "normalized", "special")) {
                entry.put(flag, token.at(flag).or(false).flag());
            }
            added.add(entry);
        }
        return added;
    }

    private static Stream<String> lines(Path file) throws IOException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(InputFile.bytes(file)))
                    .toString()
                    .lines();
        } catch (CharacterCodingException e) {
            throw new InvalidCardException("%s is damaged, or no UTF-8 text".formatted(file), e);
        }
    }

    private static Map<String, Object> clip(
            Path folder, JsonNode<InvalidCardException> settings, Map<String, String> special) throws IOException {
        Map<String, Integer> vocabulary =
                FolderLayout.settings(folder.resolve("vocab.json"), "").map(id -> id.whole(0));
        List<String> merges = lines(folder.resolve("merges.txt"))
                .skip(1)
                .filter(line -> !line.isBlank())
                .toList();
        return Map.of(
                "model",
                Map.of(
                        "type",
                        "BPE",
                        "vocab",
                        vocabulary,
                        "merges",
                        merges,
                        "continuing_subword_prefix",
                        "",
                        "end_of_word_suffix",
                        "</w>",
                        "fuse_unk",
                        false,
                        "unk_token",
                        of(special, "unk_token")),
                "normalizer",
                sequence(
                        "normalizers",
                        List.of(Map.of("type", "NFC"), replace("\\s+", " "), Map.of("type", "Lowercase"))),
                "pre_tokenizer",
                sequence(
                        "pretokenizers",
                        List.of(
                                Map.of(
                                        "type",
                                        "Split",
                                        "pattern",
                                        Map.of("Regex", WORDS),
                                        "behavior",
                                        "Removed",
                                        "invert",
                                        true),
                                Map.of(
                                        "type",
                                        "ByteLevel",
                                        "add_prefix_space",
                                        false,
                                        "trim_offsets",
                                        true,
                                        "use_regex",
                                        true))),
                "post_processor",
                around(special, vocabulary, "bos_token", "eos_token"));
    }

    private static Map<String, Object> bert(
            Path folder, JsonNode<InvalidCardException> settings, Map<String, String> special) throws IOException {
        if (!settings.at("do_basic_tokenize").or(true).flag()
                || settings.at("never_split").isPresent()) {
            throw new NoTextsException(settings.source() + " splits words in a way that is not known");
        }
        List<String> words = lines(folder.resolve("vocab.txt")).toList();
        var vocabulary = new LinkedHashMap<String, Integer>();
        for (int i = 0; i < words.size(); i++) {
            vocabulary.put(words.get(i), i);
        }
        var normaliser = new LinkedHashMap<String, Object>();
        normaliser.put("type", "BertNormalizer");
        normaliser.put("clean_text", true);
        normaliser.put(
                "handle_chinese_chars",
                settings.at("tokenize_chinese_chars").or(true).flag());
        normaliser.put("strip_accents", settings.at("strip_accents").value());
        normaliser.put("lowercase", settings.at("do_lower_case").or(true).flag());
        return Map.of(
                "model",
                Map.of(
                        "type",
                        "WordPiece",
                        "vocab",
                        vocabulary,
                        "continuing_subword_prefix",
                        "##",
                        "max_input_chars_per_word",
                        100,
                        "unk_token",
                        of(special, "unk_token")),
                "normalizer",
                normaliser,
                "pre_tokenizer",
                Map.of("type", "BertPreTokenizer"),
                "post_processor",
                around(special, vocabulary, "cls_token", "sep_token"));
    }

    private static Map<String, Object> xlmRoberta(
            Path folder, JsonNode<InvalidCardException> settings, Map<String, String> special) throws IOException {
        SentencePieces model = SentencePieces.read(folder.resolve("sentencepiece.bpe.model"));
        var vocabulary = new ArrayList<List<Object>>();
        for (String token : List.of("<s>", "<pad>", "</s>", "<unk>")) {
            vocabulary.add(List.of(token, 0.0));
        }
        // Its own first three are those tokens in another order.
        model.pieces().stream().skip(3).map(SlowTokenizer::scored).forEach(vocabulary::add);
        vocabulary.add(List.of("<mask>", 0.0));
        return Map.of(
                "model",
                unigram(vocabulary, 3),
                "normalizer",
                normaliser(
                        model,
                        List.of(),
                        List.of(
                                Map.of("type", "Strip", "strip_left", false, "strip_right", true),
                                replace(" {2,}", SPACE))),
                "pre_tokenizer",
                Map.of("type", "Metaspace", "replacement", SPACE, "prepend_scheme", "always", "split", true),
                "post_processor",
                around(special, ids(vocabulary), "bos_token", "eos_token"));
    }

    private static Map<String, Object> siglip(
            Path folder, JsonNode<InvalidCardException> settings, Map<String, String> special) throws IOException {
        if (settings.at("extra_ids").or(0).whole(0) != 0) {
            throw new NoTextsException(settings.source() + " has extra_ids");
        }
        SentencePieces model = SentencePieces.read(folder.resolve("spiece.model"));
        List<List<Object>> vocabulary =
                model.pieces().stream().map(SlowTokenizer::scored).toList();
        var cleaning = new ArrayList<Map<String, Object>>();
        if (settings.at("do_lower_case").or(true).flag()) {
            cleaning.add(Map.of("type", "Lowercase"));
        }
        cleaning.addAll(List.of(
                replace(SPACE, " "),
                Map.of("type", "Prepend", "prepend", SPACE),
                replace(PUNCTUATION, ""),
                replace("\\s+", " "),
                Map.of("type", "Strip", "strip_left", true, "strip_right", true)));
        return Map.of(
                "model",
                unigram(vocabulary, model.unknown()),
                "normalizer",
                normaliser(model, cleaning, List.of(replace(" +", SPACE), replace(SPACE + "+$", ""))),
                "post_processor",
                behind(of(special, "eos_token"), ids(vocabulary)));
    }

    private static List<Object> scored(SentencePieces.Piece piece) {
        return List.of(piece.text(), piece.score());
    }

    private static Map<String, Integer> ids(List<List<Object>> vocabulary) {
        var ids = new LinkedHashMap<String, Integer>();
        for (int i = 0; i < vocabulary.size(); i++) {
            ids.putIfAbsent((String) vocabulary.get(i).getFirst(), i);
        }
        return ids;
    }

    private static Map<String, Object> unigram(List<List<Object>> vocabulary, int unknown) {
        return Map.of("type", "Unigram", "unk_id", unknown, "vocab", vocabulary, "byte_fallback", false);
    }

    private static Map<String, Object> normaliser(
            SentencePieces model, List<Map<String, Object>> before, List<Map<String, Object>> behind) {
        var steps = new ArrayList<>(before);
        if (!model.characters().isEmpty()) {
            steps.add(Map.of("type", "Precompiled", "precompiled_charsmap", model.characters()));
        }
        steps.addAll(behind);
        return sequence("normalizers", steps);
    }

    private static Map<String, Object> sequence(String key, List<Map<String, Object>> steps) {
        return Map.of("type", "Sequence", key, steps);
    }

    private static Map<String, Object> replace(String expression, String by) {
        return Map.of("type", "Replace", "pattern", Map.of("Regex", expression), "content", by);
    }

    private static String of(Map<String, String> special, String key) {
        return Objects.requireNonNull(special.get(key));
    }

    private static Map<String, Object> around(
            Map<String, String> special, Map<String, Integer> ids, String before, String behind)
            throws NoTextsException {
        return template(List.of(of(special, before)), List.of(of(special, behind)), ids);
    }

    private static Map<String, Object> behind(String token, Map<String, Integer> ids) throws NoTextsException {
        return template(List.of(), List.of(token), ids);
    }

    /** Special tokens in front of a text and behind it. */
    private static Map<String, Object> template(List<String> before, List<String> behind, Map<String, Integer> ids)
            throws NoTextsException {
        var tokens = new LinkedHashMap<String, Object>();
        for (String token : Stream.concat(before.stream(), behind.stream()).toList()) {
            Integer id = ids.get(token);
            if (id == null) {
                throw new NoTextsException("the vocabulary has no '%s', which is a special token".formatted(token));
            }
            tokens.put(token, Map.of("id", token, "ids", List.of(id), "tokens", List.of(token)));
        }
        var single = new ArrayList<Map<String, Object>>();
        before.forEach(token -> single.add(part("SpecialToken", token)));
        single.add(part("Sequence", "A"));
        behind.forEach(token -> single.add(part("SpecialToken", token)));
        return Map.of(
                "type",
                "TemplateProcessing",
                "single",
                single,
                "pair",
                List.of(part("Sequence", "A"), part("Sequence", "B")),
                "special_tokens",
                tokens);
    }

    private static Map<String, Object> part(String kind, String id) {
        return Map.of(kind, Map.of("id", id, "type_id", 0));
    }
}
