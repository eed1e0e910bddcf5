// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.suite;

import java.util.List;

/**
 * An ID set and what it is told apart from.
 *
 * @param name name of the pair, usually that of the ID dataset
 * @param protocol how ID and OOD are chosen
 * @param train set that detectors are fitted to, always whole
 * @param test ID test set
 * @param ood OOD test sets; none under {@link Protocol#ONE_CLASS}, where the other classes of the test set serve
 */
public record SuitePair(String name, Protocol protocol, String train, String test, List<SuiteOod> ood) {
    /** How ID and OOD are chosen. */
    public enum Protocol {
        /** The test set is ID, other sets are OOD. */
        STANDARD,
        /** Each class in turn is ID, all others of the test set are OOD. */
        ONE_CLASS
    }

    /** Keeps the list. */
    public SuitePair {
        ood = List.copyOf(ood);
    }
}
