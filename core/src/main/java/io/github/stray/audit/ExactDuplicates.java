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
     * {@return groups of images of the same pixels, by their first image: at least two indices each, ascending}
     *
     * @param signatures n images
     */
    public static List<List<Integer>> groups(List<ImageSignature> signatures) {
        var byPixels = new LinkedHashMap<String, List<Integer>>();
        for (int i = 0; i < signatures.size(); i++) {
            byPixels.computeIfAbsent(signatures.get(i).pixels(), ignored -> new ArrayList<>(1))
                    .add(i);
        }
        return byPixels.values().stream()
                .filter(rows -> rows.size() > 1)
                .map(List::copyOf)
                .toList();
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
