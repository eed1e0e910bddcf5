// SPDX-License-Identifier: Apache-2.0
package io.github.stray.extract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OneLineIdTest {
    @ParameterizedTest
    @CsvSource({
        "a/b c.png, a/b c.png",
        "'a\nb', 'a\\u000Ab'",
        "'a\tb', 'a\\u0009b'",
        "'\u001b[31m', '\\u001B[31m'",
        "'\u009b', '\\u009B'",
        "'a\\b', 'a\\b'",
        "'a\\u000Ab', 'a\\u005Cu000Ab'",
        "'a\\\\u000Ab', 'a\\\\u005Cu000Ab'",
        "'a\\u00zz', 'a\\u00zz'"
    })
    void of_name_isOneLineThatGivesTheNameBack(String name, String id) {
        assertThat(OneLineId.of(name)).isEqualTo(id);
        assertThat(OneLineId.name(id)).isEqualTo(name);
        assertThat(OneLineId.withoutBreaks(OneLineId.withBreaks(id))).isEqualTo(id);
    }

    @Test
    void of_randomNames_allComeBack() {
        var random = new Random(7);
        String letters = "\\\\u0005CAu00\n\t\r\u001b\u0085x";
        for (int i = 0; i < 20_000; i++) {
            var name = new StringBuilder();
            for (int length = random.nextInt(24); length > 0; length--) {
                name.append(letters.charAt(random.nextInt(letters.length())));
            }
            String id = OneLineId.of(name.toString());
            assertThat(id.chars()).noneMatch(Character::isISOControl);
            assertThat(OneLineId.name(id)).isEqualTo(name.toString());
            assertThat(OneLineId.withoutBreaks(OneLineId.withBreaks(id))).isEqualTo(id);
        }
    }
}
