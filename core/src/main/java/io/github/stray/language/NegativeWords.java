// SPDX-License-Identifier: Apache-2.0
package io.github.stray.language;

import java.util.Arrays;

/**
 * Embeddings of words that name no ID class, to be chosen from as negative labels. Immutable.
 *
 * @param words one embedding a word
 * @param parts part of speech of each word, such as 0 for nouns and 1 for adjectives: each part is ranked by itself
 */
@SuppressWarnings("ArrayRecordComponent")
public record NegativeWords(ClassEmbeddings words, int[] parts) {
    /** Checks the lengths. */
    public NegativeWords {
        parts = parts.clone();
        if (parts.length != words.classes()) {
            throw new IllegalArgumentException(
                    "%d parts of speech for %d words".formatted(parts.length, words.classes()));
        }
    }

    /**
     * Words of one part of speech.
     *
     * @param words one embedding a word
     */
    public NegativeWords(ClassEmbeddings words) {
        this(words, new int[words.classes()]);
    }

    /** {@return a copy of the part of speech of each word} */
    @Override
    public int[] parts() {
        return parts.clone();
    }

    /**
     * {@return the same words with nothing known of their space but its dimension: used where the user vouches for it}
     */
    public NegativeWords forgetOrigin() {
        return new NegativeWords(words.forgetOrigin(), parts);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NegativeWords that && words.equals(that.words) && Arrays.equals(parts, that.parts);
    }

    @Override
    public int hashCode() {
        return 31 * words.hashCode() + Arrays.hashCode(parts);
    }

    @Override
    public String toString() {
        return "NegativeWords[" + words + "]";
    }
}
