// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokenizers that contradict themselves, or ask for what no text encoder does. */
class TokenizerJsonTest {
    private static final String WORD_PIECE = """
            {"version":"1.0","truncation":{"direction":"Down"},"padding":7,"decoder":{"type":"Nobody"},
            "added_tokens":[{"id":0,"content":"[CLS]","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true},
            {"id":4,"content":"[new]","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true}],
            "normalizer":{"type":"Sequence","normalizers":[{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"strip_accents":null,"lowercase":true},
            {"type":"Replace","pattern":{"Regex":"\\\\s+"},"content":" "}]},
            "pre_tokenizer":{"type":"BertPreTokenizer"},
            "post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"[CLS]","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],
            "pair":[{"SpecialToken":{"id":"[ZZZ]","type_id":0}}],"special_tokens":{"[CLS]":{"id":"[CLS]","ids":[0],"tokens":["[CLS]"]}}},
            "model":{"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##","max_input_chars_per_word":100,
            "vocab":{"[CLS]":0,"[UNK]":1,"a":2,"##b":3}}}""";

    private static final String BPE = """
            {"model":{"dropout":null,"unk_token":"u","continuing_subword_prefix":"","end_of_word_suffix":"</w>","fuse_unk":false,
            "vocab":{"u":0,"a":1,"b</w>":2,"ab</w>":3},"merges":["a b</w>"]},
            "post_processor":{"type":"RobertaProcessing","sep":["u",0],"cls":["a",1],"trim_offsets":false,"add_prefix_space":false}}""";

    private static final String UNIGRAM = """
            {"model":{"type":"Unigram","unk_id":0,"vocab":[["<unk>",0.0],["a",-1.5]],"byte_fallback":false},
            "pre_tokenizer":{"type":"Metaspace","replacement":"_","prepend_scheme":"always","split":true}}""";

    private static TokenizerJson parse(String json) throws IOException {
        return TokenizerJson.parse(json.getBytes(StandardCharsets.UTF_8), "t.json", IOException::new);
    }

    private static void refused(String json, String message) {
        assertThatThrownBy(() -> parse(json))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("t.json", message);
    }

    @Test
    void whole_keepsWhatEncodingUses() throws IOException {
        TokenizerJson tokenizer = parse(WORD_PIECE);
        assertThat(tokenizer.ids())
                .containsEntry("##b", 3)
                .containsEntry("[new]", 4)
                .hasSize(5);
        assertThat(tokenizer.ending()).contains("[CLS]");
        assertThat(new String(tokenizer.checked(), StandardCharsets.UTF_8))
                .contains("BertNormalizer", "\"##b\":3")
                .doesNotContain("Nobody", "Down", "padding", "ZZZ");
        assertThat(new String(parse(BPE).checked(), StandardCharsets.UTF_8)).contains("\"type\":\"BPE\"");
        assertThat(parse(UNIGRAM).ids()).containsEntry("a", 1).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '^', quoteCharacter = '`', textBlock = """
            "version":"1.0"            ^ "version":"2.0"             ^ key 'version' ("2.0") must be 1.0
            "version":"1.0"            ^ "vershion":"1.0"            ^ key 'vershion' ("1.0") is not known
            "content":"[new]"          ^ "content":""                ^ key 'added_tokens[1].content' ("") must have 1 to 256 characters
            "id":4                     ^ "id":5                      ^ key 'added_tokens[1].id' (5) must be 4
            "id":0,"content"           ^ "id":1,"content"            ^ key 'added_tokens[0].id' (1) must be 0
            "normalized":false         ^ "normalized":0              ^ key 'added_tokens[0].normalized' (0) must be true or false
            "BertNormalizer"           ^ "BertNormalizes"            ^ key 'normalizer.normalizers[0].type' ("BertNormalizes") must be one of
            "clean_text":true,         ^ ``                          ^ key 'normalizer.normalizers[0].clean_text' (missing) is needed
            "strip_accents":null       ^ "strip_accents":1           ^ strip_accents' (1) must be true or false
            {"Regex":"\\\\s+"}         ^ {"Regex":"(a+)+$"}          ^ pattern.Regex' ("(a+)+$") is no expression that is known
            {"Regex":"\\\\s+"}         ^ {"String":""}               ^ pattern.String' ("") must have 1 to 512 characters
            "content":" "              ^ "content":"aaaaaaaaaaaaaaaaa" ^ must have 0 to 16 characters, has 17
            "BertPreTokenizer"         ^ "UnicodeScripts"            ^ key 'pre_tokenizer.type' ("UnicodeScripts") must be one of BertPreTokenizer, ByteLevel
            [{"SpecialToken":{"id":"[CLS]"  ^ [{"SpecialToken":{"id":"[ZZZ]" ^ key 'post_processor.special_tokens.[ZZZ]' (missing) is needed
            "ids":[0]                  ^ "ids":[1]                   ^ ids[0]' (1) must be 0, the id of '[CLS]' in the vocabulary
            "ids":[0]                  ^ "ids":[]                    ^ as many ids as tokens
            "tokens":["[CLS]"]         ^ "tokens":["x"]              ^ is the id of 'x', which is no token
            {"Sequence":{"id":"A"      ^ {"Sequence":{"id":"B"       ^ ("B") must be A, the text
            {"Sequence":{"id":"A","type_id":0}}] ^ {"SpecialToken":{"id":"[CLS]","type_id":0}}] ^ must hold the text once
            "WordPiece"                ^ "WordLeval"                 ^ key 'model.type' ("WordLeval") must be BPE, Unigram
            "unk_token":"[UNK]"        ^ "unk_token":"[UNX]"         ^ key 'model.unk_token' ("[UNX]") is no token of the vocabulary
            "max_input_chars_per_word":100 ^ "max_input_chars_per_word":4294967295 ^ must be a whole number
            "max_input_chars_per_word":100 ^ "max_input_chars_per_word":1001 ^ must be 1000 at most
            "##b":3                    ^ "##b":-3                    ^ key 'model.vocab.##b' (-3) must be a whole number, at least 0
            "##b":3                    ^ "##b":3000000               ^ must be an id below
            """)
    void damagedWordPiece_namesKeyAndExpectation(String from, String to, String message) {
        assertThat(WORD_PIECE).contains(from);
        refused(WORD_PIECE.replace(from, to), message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '^', quoteCharacter = '`', textBlock = """
            "merges":["a b</w>"]  ^ "merges":["a c"]          ^ key 'model.merges[0]' ("a c") needs the token 'c'
            "merges":["a b</w>"]  ^ "merges":[["a","a"]]      ^ needs the token 'aa'
            "merges":["a b</w>"]  ^ "merges":["ab"]           ^ must be two tokens
            "merges":["a b</w>"]  ^ "merges":[["a",1]]        ^ must be two tokens
            "dropout":null        ^ "dropout":0.5             ^ must be 0 or left out
            "continuing_subword_prefix":"" ^ "continuing_subword_prefix":"##" ^ must be one of
            "sep":["u",0]         ^ "sep":["u",1]             ^ key 'post_processor.sep[1]' (1) must be 0
            "sep":["u",0]         ^ "sep":["v",0]             ^ is the id of 'v', which is no token
            "sep":["u",0]         ^ "sep":["u"]               ^ must be a token and its id
            """)
    void damagedBpe_namesKeyAndExpectation(String from, String to, String message) {
        assertThat(BPE).contains(from);
        refused(BPE.replace(from, to), message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '^', quoteCharacter = '`', textBlock = """
            "unk_id":0      ^ "unk_id":2         ^ key 'model.unk_id' (2) must be the place of a token, and there are 2
            ["a",-1.5]      ^ ["",-1.5]          ^ key 'model.vocab[1]'
            ["a",-1.5]      ^ ["a",-1e300]       ^ must be a token and the logarithm of its probability
            ["a",-1.5]      ^ ["<unk>",-1.5]     ^ is there twice
            ["a",-1.5]      ^ ["\\ud800",-1.5]   ^ holds half a character
            "replacement":"_" ^ "replacement":"__" ^ must be one character
            "always"        ^ "alwayz"           ^ must be one of first, never, always
            """)
    void damagedUnigram_namesKeyAndExpectation(String from, String to, String message) {
        assertThat(UNIGRAM).contains(from);
        refused(UNIGRAM.replace(from, to), message);
    }

    @Test
    void stepsThatTakeAllMemory() {
        String tenfold = "{\"type\":\"Replace\",\"pattern\":{\"String\":\"a\"},\"content\":\"aaaaaaaaaa\"}";
        String step = "\"normalizer\":{\"type\":\"Sequence\",\"normalizers\":[%s]},";
        refused(
                UNIGRAM.replaceFirst("\\{", "{" + step.formatted(String.join(",", Collections.nCopies(9, tenfold)))),
                "would make a text 100 times longer together with the steps before, expected 64 at most");
        refused(
                UNIGRAM.replaceFirst(
                        "\\{", "{" + step.formatted(String.join(",", Collections.nCopies(17, "{\"type\":\"NFC\"}")))),
                "is step 17, expected 16 at most");
    }

    /** Of GPT-2, Qwen 2, Llama 3, CLIP, SigLIP in several spellings, XLM-RoBERTa, T5. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
                "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
                "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
                "'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+",
                "[!\\\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~]",
                "[\\!\\\"\\#\\$\\%\\&\\'\\(\\)\\*\\+\\,\\-\\.\\/\\:\\;\\<\\=\\>\\?\\@\\[\\\\\\]\\^_\\`\\{\\|\\}\\~]",
                "[!-/:-@\\[-`{-~]",
                "\\s+",
                " {2,}",
                " +",
                "\u2581+$",
                "^\\s+",
                "\\n"
            })
    void expressionsOfTextEncoders_areTaken(String expression) {
        assertThat(TextPattern.isSimple(expression)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(a+)+",
                "(a|a)*",
                "a*",
                "a?|b",
                "|a",
                "a|",
                "\\1",
                "(?<=a)b",
                "a**",
                "[a",
                "[a-z&&[^b]]",
                "a+b+c+d+e+",
                "\\",
                "x{1,999}",
                "\\G",
                "(?i)a",
                "a{0,3}",
                "\\p{L"
            })
    void otherExpressions_areRefused(String expression) {
        assertThat(TextPattern.isSimple(expression)).isFalse();
    }

    /** A trie of 256 units: 'a' leads to "b". */
    private static ByteBuffer characters() {
        byte[] replacements = "x\0b\0".getBytes(StandardCharsets.UTF_8);
        ByteBuffer table =
                ByteBuffer.allocate(4 + 256 * 4 + replacements.length).order(ByteOrder.LITTLE_ENDIAN);
        table.putInt(256 * 4);
        table.putInt(4 + 4 * 'a', 'a' | 1 << 8 | 1 << 10);
        table.putInt(4 + 4 * ('a' ^ 1), 2 | 1 << 31);
        table.put(4 + 256 * 4, replacements);
        return table;
    }

    private static String with(ByteBuffer characters) {
        byte[] bytes = new byte[characters.limit()];
        characters.get(0, bytes);
        return UNIGRAM.replaceFirst(
                "\\{",
                "{\"normalizer\":{\"type\":\"Precompiled\",\"precompiled_charsmap\":\"%s\"},"
                        .formatted(Base64.getEncoder().encodeToString(bytes)));
    }

    @Test
    void characterMap_mustLeadToPlacesWithinItself() throws IOException {
        assertThat(new String(parse(with(characters())).checked(), StandardCharsets.UTF_8))
                .contains("Precompiled");
        refused(with(characters().putInt(0, 1 << 30)), "must hold a table");
        refused(with(characters().putInt(4 + 4 * 'a', 'a' | 1 << 20)), "leads from unit 97 to unit 1121 of 256");
        refused(with(characters().putInt(4 + 4 * ('a' ^ 1), 4 | 1 << 31)), "has a replacement at 4");
        refused(with(characters().put(characters().limit() - 1, (byte) 'c')), "has a replacement at 2");
        refused(with(characters().put(characters().limit() - 1, (byte) 0xFF)), "must hold replacements in UTF-8");
        refused(with(characters()).replaceFirst("charsmap\":\"", "charsmap\":\"!"), "must be Base64");
    }
}
