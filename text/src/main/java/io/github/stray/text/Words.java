// SPDX-License-Identifier: Apache-2.0
package io.github.stray.text;

import java.util.List;

/**
 * Words to choose negative labels from. Immutable.
 *
 * @param all the words in their order
 */
public record Words(List<Word> all) {
    /**
     * A word.
     *
     * @param text the word
     * @param adjective whether it is an adjective; a noun otherwise
     */
    public record Word(String text, boolean adjective) {}

    /** Copies the list. */
    public Words {
        all = List.copyOf(all);
    }
}
