// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.card;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextRepairTest {
    /** Right is what open_clip 3.3 gives with ftfy 6.3. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    it’s a “photo” of a cafÃ© | it's a "photo" of a café
                    a cat &amp; a dog | a cat & a dog
                    a &lt;b&gt; &#39;c&#39; | a <b> 'c'
                    ﬁne ﬂow | fine flow
                    ＦＵＬＬ width | FULL width
                    donâ€™t | don't
                    a Â© sign | a © sign
                    zero﻿width | zerowidth
                    CAFÉ’S Ångström | CAFÉ'S Ångström
                    日本 😀 | 日本 😀
                    a & b; c | a & b; c
                    &#x41;&amp;amp; x | A& x
                    plain text | plain text
                    """)
    void clean_repairs(String text, String right) {
        assertThat(TextTower.Cleaning.WHITESPACE.clean(text)).isEqualTo(right);
    }
}
