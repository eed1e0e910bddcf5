// SPDX-License-Identifier: Apache-2.0
package io.github.stray.inspect;

import io.github.stray.internal.linalg.NearestRows;
import io.github.stray.internal.linalg.NearestRows.Measure;
import io.github.stray.internal.linalg.Simd;
import java.util.Arrays;

/**
 * Images that others are compared with: at most one of each group of copies. An image's own group does not count.
 *
 * @param set all images
 * @param members indices of those to compare with, ascending; not copied
 */
@SuppressWarnings("ArrayRecordComponent")
record Vouchers(OneSet set, int[] members) {
    /** Receives the vouchers of an image, possibly on another thread than the caller's, but each image once. */
    @FunctionalInterface
    interface Found {
        /** Takes the first {@code count} of some vouchers, nearest first, and their cosines. */
        void found(int row, int[] vouchers, double[] cosines, int count);
    }

    /** Finds the k nearest vouchers, or all if they are fewer, of some images. */
    void nearest(int[] queries, int k, Found found) {
        if (members.length == 0) {
            int[] none = {};
            Arrays.stream(queries).forEach(row -> found.found(row, none, new double[0], 0));
            return;
        }
        // One more, in case an image's own group is among them.
        int wanted = (int) Math.min(members.length, k + 1L);
        var rows = set.rows().select(members);
        var asked = set.rows().select(queries);
        new NearestRows(rows::copyRows, members.length, rows.dimension(), Measure.COSINE, Simd.kernels())
                .search(asked::copyRows, queries.length, wanted, (query, near, cosines) -> {
                    int row = queries[query];
                    int[] vouchers = new int[near.length];
                    double[] kept = new double[near.length];
                    int count = 0;
                    for (int i = 0; i < near.length && count < k; i++) {
                        if (!set.copies().together(row, members[near[i]])) {
                            vouchers[count] = members[near[i]];
                            kept[count] = cosines[i];
                            count++;
                        }
                    }
                    found.found(row, vouchers, kept, count);
                });
    }

    /** {@code 1 - cosine} to the k-th nearest voucher, or to the farthest if they are fewer; 1 where there is none. */
    static double distance(double[] cosines, int count, int k) {
        return count == 0 ? 1 : 1 - cosines[Math.min(count, k) - 1];
    }

    /** Those of the images that are vouchers already, in groups by class. */
    Vouchers[] byClass() {
        var labels = set.classes().orElseThrow();
        var classes = new Vouchers[labels.classCount()];
        for (int c = 0; c < classes.length; c++) {
            int of = c;
            classes[c] = new Vouchers(
                    set,
                    Arrays.stream(members).filter(row -> labels.get(row) == of).toArray());
        }
        return classes;
    }
}
