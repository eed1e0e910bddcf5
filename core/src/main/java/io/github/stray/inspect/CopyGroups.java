// SPDX-License-Identifier: Apache-2.0
package io.github.stray.inspect;

import io.github.stray.audit.Likeness;
import io.github.stray.audit.NearDuplicates;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The images of a set, those that are copies of one another taken together: connected components of the pairs of copies,
 * exact or near. Each group has one image to keep. Immutable and safe for concurrent use.
 *
 * <p>In a chain A, B, C where B is a copy of both and C is none of A, all three are one group. If A is kept then B is to be
 * dropped, and C stays: an image is dropped only as a copy of the kept one itself.
 *
 * <p>Cost: O(n log n + pairs) time, 8 bytes an image beside the pairs.
 */
public final class CopyGroups {
    private final int[] representatives;
    private final List<Group> groups;

    private CopyGroups(int[] representatives, List<Group> groups) {
        this.representatives = representatives;
        this.groups = List.copyOf(groups);
    }

    /**
     * An image that another one is kept for.
     *
     * @param row its index
     * @param likeness how alike it is to the kept one; empty where the pixels are the same
     */
    public record Dropped(int row, Optional<Likeness> likeness) {
        /** {@return whether the pixels are those of the kept image; otherwise it is a near copy} */
        public boolean exact() {
            return likeness.isEmpty();
        }
    }

    /**
     * Copies of one another.
     *
     * @param keep index of the image to keep
     * @param drop copies of it, exact ones first, then by index; at least one
     */
    public record Group(int keep, List<Dropped> drop) {
        /** Copies the list. */
        public Group {
            drop = List.copyOf(drop);
        }
    }

    /**
     * {@return the groups of n images}
     *
     * @param n number of images, at least 0
     * @param exact groups of images of the same pixels, each by ascending index
     * @param near pairs that are near copies, each of the first images of their pixels
     * @param bestFirst which of two images to keep: the one that comes first; of equal ones that of the lower index
     */
    public static CopyGroups of(
            int n, List<List<Integer>> exact, List<NearDuplicates.Pair> near, Comparator<Integer> bestFirst) {
        var members = new Components(n);
        int[] pixels = IntStream.range(0, n).toArray();
        for (List<Integer> same : exact) {
            for (int row : same) {
                pixels[row] = same.getFirst();
                members.join(same.getFirst(), row);
            }
        }
        Map<Long, Likeness> copies = new HashMap<>();
        for (NearDuplicates.Pair pair : near) {
            members.join(pair.first(), pair.second());
            copies.put(edge(pixels[pair.first()], pixels[pair.second()]), pair.likeness());
        }
        int[] representatives = IntStream.range(0, n).toArray();
        Map<Integer, List<Integer>> byRoot = new LinkedHashMap<>();
        for (int row = 0; row < n; row++) {
            if (members.size(row) > 1) {
                byRoot.computeIfAbsent(members.root(row), root -> new ArrayList<>())
                        .add(row);
            }
        }
        var groups = new ArrayList<Group>();
        for (List<Integer> rows : byRoot.values()) {
            int keep = rows.stream()
                    .min(bestFirst.thenComparing(Comparator.naturalOrder()))
                    .orElseThrow();
            rows.forEach(row -> representatives[row] = keep);
            List<Dropped> drop = rows.stream()
                    .filter(row -> row != keep)
                    .filter(row -> pixels[row] == pixels[keep] || copies.containsKey(edge(pixels[row], pixels[keep])))
                    .map(row -> new Dropped(row, Optional.ofNullable(copies.get(edge(pixels[row], pixels[keep])))))
                    .sorted(Comparator.comparing(Dropped::exact).reversed().thenComparingInt(Dropped::row))
                    .toList();
            groups.add(new Group(keep, drop));
        }
        return new CopyGroups(representatives, groups);
    }

    /**
     * {@return a set in which no image is a copy of another}
     *
     * @param n number of images
     */
    public static CopyGroups none(int n) {
        return new CopyGroups(IntStream.range(0, n).toArray(), List.of());
    }

    private static long edge(int a, int b) {
        return (long) Math.min(a, b) << 32 | Math.max(a, b);
    }

    /** {@return number of images, n} */
    public int size() {
        return representatives.length;
    }

    /**
     * {@return the image that stands for a group, the one to keep; the image itself if it has no copies}
     *
     * @param row index of any image
     */
    public int representative(int row) {
        return representatives[row];
    }

    /**
     * {@return whether two images are the same one or copies}
     *
     * @param row index of any image
     * @param other index of any image
     */
    public boolean together(int row, int other) {
        return representatives[row] == representatives[other];
    }

    /** {@return the groups of two images or more, by their first image} */
    public List<Group> groups() {
        return groups;
    }

    /** Which images are connected. */
    private static final class Components {
        private final int[] parent;
        private final int[] size;

        Components(int n) {
            parent = IntStream.range(0, n).toArray();
            size = new int[n];
            Arrays.fill(size, 1);
        }

        int root(int row) {
            int at = row;
            while (parent[at] != at) {
                parent[at] = parent[parent[at]];
                at = parent[at];
            }
            return at;
        }

        int size(int row) {
            return size[root(row)];
        }

        void join(int a, int b) {
            int larger = root(a);
            int smaller = root(b);
            if (larger == smaller) {
                return;
            }
            if (size[larger] < size[smaller]) {
                int swapped = larger;
                larger = smaller;
                smaller = swapped;
            }
            parent[smaller] = larger;
            size[larger] += size[smaller];
        }
    }
}
