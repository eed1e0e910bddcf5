// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.audit;

import io.github.stray.remedy.Remedy;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Findings of one kind.
 *
 * @param <F> what is known of each
 * @param kind what may be the matter
 * @param found the findings, the surest first
 * @param missing why there are none to look for; empty where they were looked for
 */
public record Findings<F extends Finding>(Finding.Kind kind, List<F> found, Optional<Missing> missing) {
    /**
     * Why nothing was looked for.
     *
     * @param why one clause, without the remedy
     * @param remedy what would help
     */
    public record Missing(String why, Remedy remedy) {
        /**
         * {@return the clause with what its reader does about it}
         *
         * @param remedies how a user of the program does what would help, put behind the clause
         */
        public String text(Function<Remedy, String> remedies) {
            return why + remedies.apply(remedy);
        }
    }

    /** Copies the list. */
    public Findings {
        found = List.copyOf(found);
    }

    static <F extends Finding> Findings<F> of(Finding.Kind kind, List<F> found) {
        return new Findings<>(kind, found, Optional.empty());
    }

    static <F extends Finding> Findings<F> missing(Finding.Kind kind, String why, Remedy remedy) {
        return new Findings<>(kind, List.of(), Optional.of(new Missing(why, remedy)));
    }

    /** {@return number of findings} */
    public int total() {
        return found.size();
    }
}
