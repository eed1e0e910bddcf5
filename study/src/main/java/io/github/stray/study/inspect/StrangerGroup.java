// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.inspect;

import java.util.List;

/**
 * Strangers of one kind.
 *
 * @param name what they seem to show, or {@code group} and a number; no two groups have one name
 * @param rows indices of the images, strangest first
 */
public record StrangerGroup(String name, List<Integer> rows) {
    /** Copies the list. */
    public StrangerGroup {
        rows = List.copyOf(rows);
    }
}
