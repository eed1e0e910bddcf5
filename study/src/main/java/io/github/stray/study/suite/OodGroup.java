// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.suite;

import java.util.Locale;

/** How far an OOD set lies from the ID set; results are averaged by it. */
public enum OodGroup {
    /** Alike in content or style. */
    NEAR,
    /** Unlike. */
    FAR,
    /** The other classes of the same set. */
    ONE_CLASS;

    /** {@return the name used in suites and results: {@code near}, {@code far} or {@code one-class}} */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
