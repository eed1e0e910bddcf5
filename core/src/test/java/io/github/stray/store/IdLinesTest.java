// SPDX-License-Identifier: Apache-2.0
package io.github.stray.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.stray.tensor.ElementType;
import io.github.stray.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdLinesTest {
    private static final Path FILE = Path.of("f");

    private static List<String> read(String text, long rows) throws UnsupportedFileException {
        return IdLines.read(FILE, "ids", TextTensor.of(text), rows);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\nx", "\rx", "x\ny", "x\r"})
    void encode_lineBreakAnywhere_isRefused(String id) {
        assertThatThrownBy(() -> IdLines.encode(id, true)).hasMessageContaining("holds a line break");
    }

    @ParameterizedTest
    @CsvSource({"'',0", "a,1", "'a\n',1", "'a\nb',2", "'a\nb\n',2", "'\n',1", "'\n\n',2"})
    void count_text_isThatOfItsLines(String text, long lines) throws UnsupportedFileException {
        assertThat(IdLines.count(FILE, "ids", TextTensor.of(text))).isEqualTo(lines);
    }

    @Test
    void read_noRows_takesNoIds() throws UnsupportedFileException {
        assertThat(read("", 0)).isEmpty();
        assertThat(read("\n", 0)).isEmpty();
        assertThatThrownBy(() -> read("a", 0)).hasMessage("f: 'ids' holds 1 lines for 0 rows");
        assertThatThrownBy(() -> read("a\n", 0)).hasMessage("f: 'ids' holds 1 lines for 0 rows");
    }

    @Test
    void read_emptyIds_areIds() throws UnsupportedFileException {
        assertThat(read("", 1)).containsExactly("");
        assertThat(read("\n", 1)).containsExactly("");
        assertThat(read("\n", 2)).containsExactly("", "");
        assertThat(read("a\n\nb", 3)).containsExactly("a", "", "b");
        assertThatThrownBy(() -> read("a\nb\n", 1)).hasMessage("f: 'ids' holds 2 lines for 1 rows");
    }

    /** More than one block of the check, with characters of two bytes across each end of a block. */
    @ParameterizedTest
    @ValueSource(strings = {"", "x"})
    void read_longText_isDecodedWhole(String first) throws UnsupportedFileException {
        List<String> ids = IntStream.range(0, 200)
                .mapToObj(i -> (i == 0 ? first : "") + "é".repeat(999) + i)
                .toList();
        assertThat(read(String.join("\n", ids), ids.size())).isEqualTo(ids);
    }

    @ParameterizedTest
    @CsvSource({"1,0", "70000,69999", "65537,65536", "65536,65535"})
    void read_endInsideACharacter_isRefusedAtItsByte(int size, int at) {
        byte[] bytes = new byte[size];
        Arrays.fill(bytes, (byte) 'a');
        bytes[size - 1] = (byte) 0xC3;
        Tensor cut = Tensor.of(ElementType.U8, new long[] {size}, MemorySegment.ofArray(bytes));
        assertThatThrownBy(() -> IdLines.read(FILE, "ids", cut, 1))
                .hasMessage("f: 'ids' is not UTF-8 at its byte " + at);
    }
}
