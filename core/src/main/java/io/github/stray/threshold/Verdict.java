// SPDX-License-Identifier: Apache-2.0
package io.github.stray.threshold;

/** What a threshold says of a sample. */
public enum Verdict {
    /** The score is at or above the threshold. */
    IN,
    /** The score is below the threshold. */
    OUT;

    /** {@return the word used in files: {@code in} or {@code out}} */
    public String word() {
        return this == IN ? "in" : "out";
    }
}
