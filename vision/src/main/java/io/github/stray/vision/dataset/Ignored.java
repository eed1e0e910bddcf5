// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.dataset;

import java.util.ArrayList;
import java.util.List;

/** Counts files that are no images and remembers the first few names for messages. */
final class Ignored {
    private static final int EXAMPLES = 3;

    private final List<String> examples = new ArrayList<>();
    private long count;

    void add(String name) {
        count++;
        if (examples.size() < EXAMPLES) {
            examples.add(name);
        }
    }

    long count() {
        return count;
    }

    /** For the end of a message about an empty set. */
    String describe() {
        return count == 0
                ? "it is empty"
                : "%d other file%s ignored, such as %s"
                        .formatted(count, count == 1 ? " was" : "s were", String.join(", ", examples));
    }
}
