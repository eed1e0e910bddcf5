// SPDX-License-Identifier: Apache-2.0
package io.github.stray.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonNodeTest {
    private static JsonNode<IllegalStateException> parse(String text) {
        return JsonNode.parse(text, "doc", IllegalStateException::new);
    }

    private static final String DOCUMENT = """
        {"name": "a", "blank": " ", "none": null, "yes": true, "half": 0.5, "three": 3, "long": 9007199254740993,
         "files": [{"sha256": "00"}, {"sha256": 7}], "sizes": {"b": 1, "a": 2}}\
        """;

    private static JsonNode<IllegalStateException> document() {
        return parse(DOCUMENT);
    }

    @Test
    void values_asExpected_areGiven() {
        JsonNode<IllegalStateException> root = document();
        assertThat(root.source()).isEqualTo("doc");
        assertThat(root.isObject()).isTrue();
        assertThat(root.keys())
                .containsExactly("name", "blank", "none", "yes", "half", "three", "long", "files", "sizes");
        assertThat(root.at("name").text()).isEqualTo("a");
        assertThat(root.at("name").parsed(String::length)).isEqualTo(1);
        assertThat(root.at("yes").flag()).isTrue();
        assertThat(root.at("half").number()).isEqualTo(0.5);
        assertThat(root.at("three").whole(3)).isEqualTo(3);
        assertThat(root.at("long").count()).isEqualTo(9_007_199_254_740_993L);
        assertThat(root.at("sizes").map(size -> size.whole(0))).isEqualTo(Map.of("b", 1, "a", 2));
        assertThat(root.at("sizes").map(JsonNode::count).keySet()).containsExactly("b", "a");
        assertThat(root.at("files").list(file -> file.at("sha256").anyText())).isEqualTo(List.of("00", "7"));
        assertThat(root.at("files").list(JsonNode::anyText))
                .isEqualTo(List.of("{\"sha256\":\"00\"}", "{\"sha256\":7}"));
    }

    @ParameterizedTest
    @CsvSource({"none", "missing"})
    void emptyPlace_isAbsentAndCanBeFilled(String key) {
        JsonNode<IllegalStateException> empty = document().at(key);
        assertThat(empty.isPresent()).isFalse();
        assertThat(empty.value()).isNull();
        assertThat(empty.optional(JsonNode::text)).isEqualTo(Optional.empty());
        assertThat(empty.or("b").text()).isEqualTo("b");
        assertThat(empty.or(List.of()).list(JsonNode::text)).isEmpty();
        assertThat(empty.or(Map.of()).at("deep").isPresent()).isFalse();
        assertThat(document().at("name").or("b").text()).isEqualTo("a");
        assertThat(document().at("name").optional(JsonNode::text)).contains("a");
    }

    @Test
    void valuesOtherThanExpected_areRefusedWithTheirPlace() {
        JsonNode<IllegalStateException> root = document();
        assertThatThrownBy(() -> root.at("files").list(file -> file.at("sha256").text()))
                .hasMessage("doc: key 'files[1].sha256' (7) must be a text");
        assertThatThrownBy(() -> root.at("lost").text())
                .hasMessage("doc: key 'lost' (missing) is needed, and must be a text");
        assertThatThrownBy(() -> root.at("none").flag())
                .hasMessage("doc: key 'none' (null) is needed, and must be true or false");
        assertThatThrownBy(() -> root.at("blank").filled()).hasMessage("doc: key 'blank' (\" \") is empty");
        assertThatThrownBy(() -> root.at("name").number()).hasMessage("doc: key 'name' (\"a\") must be a number");
        assertThatThrownBy(() -> root.at("name").list(JsonNode::text))
                .hasMessage("doc: key 'name' (\"a\") must be a list");
        assertThatThrownBy(() -> root.at("name").at("deep")).hasMessage("doc: key 'name' (\"a\") must be an object");
        assertThatThrownBy(() -> root.text()).hasMessage("doc must be a text");
        assertThatThrownBy(() -> root.at("name").parsed(Integer::valueOf))
                .hasMessage("doc: key 'name' (\"a\") is refused: For input string: \"a\"")
                .hasCauseInstanceOf(NumberFormatException.class);
        assertThatThrownBy(() -> parse("[3]").list(JsonNode::text)).hasMessage("doc: key '[0]' (3) must be a text");
        assertThatThrownBy(() -> parse("{\"a\": \"" + "\u202e".repeat(300) + "\"}")
                        .at("a")
                        .flag())
                .hasMessageMatching("doc: key 'a' \\(.{200}\\.\\.\\) must be true or false");
    }

    @ParameterizedTest
    @CsvSource({"half", "name", "none"})
    void wholeAndCount_ofOther_areRefused(String key) {
        JsonNode<IllegalStateException> node = document().at(key);
        assertThatThrownBy(() -> node.whole(0)).hasMessageEndingWith("must be a whole number, at least 0");
        assertThatThrownBy(() -> node.count()).hasMessageEndingWith("must be a whole number, at least 0");
    }

    @Test
    void whole_outOfRange_isRefused() {
        assertThatThrownBy(() -> document().at("three").whole(4))
                .hasMessage("doc: key 'three' (3) must be a whole number, at least 4");
        assertThatThrownBy(() -> document().at("long").whole(0)).hasMessageContaining("must be a whole number");
        assertThat(parse("{\"a\": 2147483647}").at("a").whole(0)).isEqualTo(Integer.MAX_VALUE);
        assertThat(parse("{\"a\": 8.0}").at("a").whole(8)).isEqualTo(8);
        assertThatThrownBy(() -> parse("{\"a\": 2147483648}").at("a").whole(0)).hasMessageContaining("2147483648");
        assertThatThrownBy(() -> parse("{\"a\": -1}").at("a").count()).hasMessageContaining("(-1)");
        assertThat(parse("{\"a\": 9223372036854775807}").at("a").count()).isEqualTo(Long.MAX_VALUE);
        assertThatThrownBy(() -> parse("{\"a\": 9223372036854775808}").at("a").count())
                .hasMessageContaining("must be a whole number");
    }

    @Test
    void allow_otherKeyOrNoValue_isRefused() {
        parse("{\"a\": 1}").allow("a", "b");
        assertThatThrownBy(() -> parse("{\"a\": {\"c\": 1}}").at("a").allow("a", "b"))
                .hasMessage("doc: key 'a.c' (1) is not known, expected only a, b");
        assertThatThrownBy(() -> parse("{\"a\": null}").allow("a")).hasMessage("doc: key 'a' (null) has no value");
    }

    @Test
    void parse_whatIsNoJsonOrHarmful_isRefused() {
        assertThatThrownBy(() -> parse("{\"a\": "))
                .hasMessageStartingWith("doc is no JSON, or is damaged or truncated: ");
        assertThatThrownBy(() -> parse("[".repeat(1_000_000)))
                .hasMessage("doc is refused: it is nested more than 64 deep");
        assertThatThrownBy(() -> parse("1".repeat(1001)))
                .hasMessage("doc is refused: it is burdened with a number of more than 1000 digits");
        assertThatThrownBy(() -> parse("{\"a\": [{\"b\": 1, \"c\": 2, \"b\" : 3}]}"))
                .hasMessage("doc is refused: it gives the key \"b\" twice in one object");
        assertThatThrownBy(() -> parse("{\"a\": 1, \"\\u0061\": 2}"))
                .hasMessage("doc is refused: it gives the key \"\\u0061\" twice in one object");
        assertThatThrownBy(() -> parse("[1, -1e999]"))
                .hasMessage("doc is refused: it holds a number beyond the range of double: -1e999");
        assertThatThrownBy(() -> parse("9".repeat(400))).hasMessageContaining("beyond the range of double: 999");
        assertThatThrownBy(() -> parse("[\u0663]")).hasMessageStartingWith("doc is no JSON");
        assertThat(parse("[{\"a\": \"a\"}, {\"a\": \"1e999\"}, 1e308]").isPresent())
                .isTrue();
        assertThat(parse("\"" + "1".repeat(1001) + "\\\"[\"").text()).hasSize(1003);
        assertThatThrownBy(() -> JsonNode.parse(new byte[] {'"', (byte) 0xff, '"'}, "doc", IllegalStateException::new))
                .hasMessage("doc is no UTF-8 text, so no JSON");
    }

    @Test
    void read_file_isNamedByItsPath(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("a.json"), "{\"ä\": 1}", StandardCharsets.UTF_8);
        JsonNode<IllegalStateException> root = JsonNode.read(file, IllegalStateException::new);
        assertThat(root.at("ä").whole(1)).isEqualTo(1);
        assertThatThrownBy(() -> root.at("ä").text()).hasMessage(file + ": key 'ä' (1) must be a text");
    }

    @Test
    void parse_manyShallowOrQuotedBrackets_isNoBurden() {
        assertThat(parse("[" + "[],".repeat(100) + "{}]").list(each -> each.isObject()))
                .hasSize(101)
                .endsWith(false, true);
        assertThat(parse("[" + "{},".repeat(100) + "[]]").list(each -> each.isObject()))
                .endsWith(true, false);
        assertThat(parse("[\"" + "[{".repeat(100) + "\", 1]").list(JsonNode::anyText))
                .containsExactly("[{".repeat(100), "1");
        assertThat(parse("[".repeat(64) + "]".repeat(64)).list(each -> 1)).containsExactly(1);
        assertThatThrownBy(() -> parse("[".repeat(65) + "]".repeat(65)))
                .hasMessage("doc is refused: it is nested more than 64 deep");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "9"})
    void parse_longNumber_isRefusedWhateverItsDigits(String digit) {
        assertThat(parse("0." + digit.repeat(1000)).number()).isEqualTo(Double.parseDouble(digit) / 9);
        assertThatThrownBy(() -> parse("0." + digit.repeat(1001))).hasMessageContaining("more than 1000 digits");
    }

    @Test
    void oneOfAndFlag_givenValue_areThatValue() {
        Integer[] values = {1, 20, 300};
        assertThat(parse("\"300\"").oneOf(values, String::valueOf)).isEqualTo(300);
        assertThatThrownBy(() -> parse("\"2\"").oneOf(values, String::valueOf))
                .hasMessage("doc must be one of 1, 20, 300");
        assertThat(parse("{\"no\": false}").at("no").flag()).isFalse();
        assertThat(parse("{\"no\": false}").at("no")).hasToString("doc: no = false");
    }
}
