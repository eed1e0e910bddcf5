// SPDX-License-Identifier: Apache-2.0
package io.github.stray.remedy;

/** A failure of which it may be known what would help. A program says that behind the message, in its users' terms. */
public interface Remedied {
    /**
     * What would help.
     *
     * @return the remedy; {@link Remedy#NONE} where the message says all
     */
    Remedy remedy();

    /**
     * The name that the remedy speaks of.
     *
     * @return empty where it needs none
     */
    String about();
}
