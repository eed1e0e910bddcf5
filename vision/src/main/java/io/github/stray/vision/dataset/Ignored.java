// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.dataset;

import io.github.stray.vision.image.ImageSuffixes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Counts files that are no images and remembers the first few names for messages. */
final class Ignored {
    private static final int EXAMPLES = 3;

    private final List<String> examples = new ArrayList<>();
    private final SortedMap<String, Long> unread = new TreeMap<>();
    private long count;

    void add(String name) {
        count++;
        ImageSuffixes.unread(name).ifPresent(suffix -> unread.merge(suffix, 1L, Long::sum));
        if (examples.size() < EXAMPLES) {
            examples.add(name);
        }
    }

    long count() {
        return count;
    }

    /** How many of them are images of formats that are not read, by suffix. */
    SortedMap<String, Long> unread() {
        return Collections.unmodifiableSortedMap(unread);
    }

    /** For the end of a message about an empty set. */
    String describe() {
        return count == 0
                ? "it is empty"
                : "%d other file%s ignored, such as %s"
                        .formatted(count, count == 1 ? " was" : "s were", String.join(", ", examples));
    }
}
