// SPDX-License-Identifier: Apache-2.0
package io.github.stray.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvRecordsTest {
    private static List<List<String>> records(String text) throws IOException {
        var records = new CsvRecords(Path.of("s.csv"), new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
        var all = new ArrayList<List<String>>();
        while (records.next()) {
            var fields = new ArrayList<String>();
            for (int i = 0; i < records.fields(); i++) {
                fields.add(records.field(i));
            }
            all.add(fields);
        }
        return all;
    }

    @ParameterizedTest
    @ValueSource(strings = {"a,\"b\"\n\"c\",d", "a,\"b\"\r\n\"c\",d\r\n", "a,b\nc,\"d\"", "a,b\nc,\"d\"\n\n"})
    void next_whateverFollowsAClosingQuote_isTheSameRecords(String text) throws IOException {
        assertThat(records(text)).containsExactly(List.of("a", "b"), List.of("c", "d"));
    }

    @Test
    void next_carriageReturnInALineOrBehindAQuote_isNoLineBreak() throws IOException {
        assertThat(records("a\rb,\"c\rd\"\n")).containsExactly(List.of("a\rb", "c\rd"));
        assertThatThrownBy(() -> records("\"a\"\rb\n")).hasMessageContaining("line 1: '\r' follows a closing quote");
    }

    @Test
    void next_zeroCharacters_areCharacters() throws IOException {
        assertThat(records("\0,a\0b,\"c\0d\"\n\0")).containsExactly(List.of("\0", "a\0b", "c\0d"), List.of("\0"));
    }

    @Test
    void next_manyAndLongFields_areKeptWhole() throws IOException {
        List<String> many = Collections.nCopies(100, "x".repeat(99));
        assertThat(records(String.join(",", many) + "\n" + "y".repeat(70_000)))
                .containsExactly(many, List.of("y".repeat(70_000)));
    }

    @Test
    void next_endlessLine_isRefused() throws IOException {
        int longest = 1 << 24;
        assertThat(records("z".repeat(longest)).getFirst().getFirst()).hasSize(longest);
        assertThatThrownBy(() -> records("a\n" + "z".repeat(longest + 1)))
                .isInstanceOf(UnsupportedFileException.class)
                .hasMessage("s.csv: line 2 is longer than 16777216 bytes; is this a CSV file?");
    }

    @Test
    void next_halfAByteOrderMark_isRefused() {
        byte[] half = {(byte) 0xEF, (byte) 0xBB, 'a'};
        assertThatThrownBy(() -> new CsvRecords(Path.of("s.csv"), new ByteArrayInputStream(half)))
                .hasMessage("s.csv: starts with bytes that are not UTF-8");
    }
}
