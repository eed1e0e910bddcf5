// SPDX-License-Identifier: Apache-2.0
package io.github.stray.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSpace;
import java.util.List;
import org.junit.jupiter.api.Test;

class NegativeWordsTest {
    private static final ClassEmbeddings WORDS = new ClassEmbeddings(
            FeatureMatrix.copyOf(new float[] {1, 2, 3, 4, 5, 6}, 3, 2), List.of(), FeatureSpace.unknown(2));

    @Test
    void parts_areCopiedInAndOut() {
        int[] parts = {0, 1, 0};
        NegativeWords words = new NegativeWords(WORDS, parts);
        parts[0] = 7;
        words.parts()[1] = 7;
        assertThat(words.parts()).containsExactly(0, 1, 0);
    }

    @Test
    void new_withoutParts_isOnePart() {
        assertThat(new NegativeWords(WORDS).parts()).containsExactly(0, 0, 0);
        assertThat(new NegativeWords(WORDS)).hasToString("NegativeWords[ClassEmbeddings[3 x 2]]");
    }

    @Test
    void equals_sameWordsAndParts() {
        NegativeWords words = new NegativeWords(WORDS, new int[] {0, 1, 0});
        assertThat(words)
                .isEqualTo(new NegativeWords(WORDS, new int[] {0, 1, 0}))
                .hasSameHashCodeAs(new NegativeWords(WORDS, new int[] {0, 1, 0}))
                .isNotEqualTo(new NegativeWords(WORDS))
                .isNotEqualTo(WORDS);
    }

    @Test
    void new_otherNumberOfParts_isRefused() {
        assertThatThrownBy(() -> new NegativeWords(WORDS, new int[2]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("2 parts of speech for 3 words");
    }
}
