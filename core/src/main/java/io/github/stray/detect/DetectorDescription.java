// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import java.util.List;

/**
 * What a detector is, for help texts.
 *
 * @param id as in {@code fit -d}
 * @param summary one line
 * @param needs what it must be given, unless an option changes that
 * @param options in the order of the documentation
 */
public record DetectorDescription(String id, String summary, Needs needs, List<DetectorOption> options) {
    /** Keeps the order. */
    public DetectorDescription {
        options = List.copyOf(options);
    }
}
