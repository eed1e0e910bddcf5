// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.audit;

import java.util.List;
import java.util.Optional;

/**
 * Findings of one kind.
 *
 * @param <F> what is known of each
 * @param kind what may be the matter
 * @param found the findings, the surest first
 * @param missing why there are none to look for, one clause; empty where they were looked for
 */
public record Findings<F extends Finding>(Finding.Kind kind, List<F> found, Optional<String> missing) {
    /** Copies the list. */
    public Findings {
        found = List.copyOf(found);
    }

    static <F extends Finding> Findings<F> of(Finding.Kind kind, List<F> found) {
        return new Findings<>(kind, found, Optional.empty());
    }

    static <F extends Finding> Findings<F> missing(Finding.Kind kind, String why) {
        return new Findings<>(kind, List.of(), Optional.of(why));
    }

    /** {@return number of findings} */
    public int total() {
        return found.size();
    }
}
