// SPDX-License-Identifier: Apache-2.0
package io.github.stray.audit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Images with the very same pixels. */
public final class ExactDuplicates {
    private ExactDuplicates() {}

    /**
     * Images of the same pixels.
     *
     * @param rows at least two indices, ascending
     */
    public record Group(List<Integer> rows) {
        /** Copies the list. */
        public Group {
            rows = List.copyOf(rows);
        }
    }

    /**
     * Finds them by digest.
     *
     * @param signatures n images
     * @return the groups, by their first image
     */
    public static List<Group> groups(List<ImageSignature> signatures) {
        var byPixels = new LinkedHashMap<String, List<Integer>>();
        for (int i = 0; i < signatures.size(); i++) {
            byPixels.computeIfAbsent(signatures.get(i).pixels(), ignored -> new ArrayList<>(1))
                    .add(i);
        }
        var groups = new ArrayList<Group>();
        for (List<Integer> rows : byPixels.values()) {
            if (rows.size() > 1) {
                groups.add(new Group(rows));
            }
        }
        return List.copyOf(groups);
    }

    /** For each image the first one with its pixels, itself if it is the first. */
    static int[] first(List<ImageSignature> signatures) {
        Map<String, Integer> seen = new HashMap<>();
        int[] first = new int[signatures.size()];
        for (int i = 0; i < first.length; i++) {
            Integer before = seen.putIfAbsent(signatures.get(i).pixels(), i);
            first[i] = before == null ? i : before;
        }
        return first;
    }
}
