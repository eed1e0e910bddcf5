// SPDX-License-Identifier: Apache-2.0
package io.github.stray.inspect;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.Labels;
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
    /** Rows that are held in memory: far fewer reads of a mapped file, and never a large set. */
    private static final int HELD = 20_000;

    /** Cosines this near are one where it is asked whether an image's own group is among its neighbours. */
    private static final double SAME = 1e-12;

    /** Receives how far an image is, possibly on another thread than the caller's, but each image once. */
    @FunctionalInterface
    interface Found {
        /**
         * Takes the distance to the k-th nearest voucher, NaN where there is none, and the first {@code count} of the nearest
         * vouchers with their cosines, nearest first.
         */
        void found(int row, double distance, int[] nearest, double[] cosines, int count);
    }

    boolean isEmpty() {
        return members.length == 0;
    }

    /**
     * Finds {@code 1 - cosine} of some images to their k-th nearest voucher, to the farthest where they are fewer; and the few
     * nearest of all.
     */
    void distances(int[] queries, int k, Found found) {
        int m = members.length;
        if (m < 2) {
            Arrays.stream(queries).forEach(row -> alone(row, found));
            return;
        }
        // Of m vouchers one may be of the image's own group.
        int rank = Math.min(k, m - 1);
        FeatureMatrix rows = set.rows().select(members);
        FeatureMatrix held = m <= HELD ? FeatureMatrix.of(rows.toTensor().inMemory()) : rows;
        FeatureMatrix asked =
                queries.length == set.size() ? set.rows() : set.rows().select(queries);
        new NearestRows(held::copyRows, m, rows.dimension(), Measure.COSINE, Simd.kernels())
                .searchRank(
                        asked::copyRows,
                        queries.length,
                        Math.min(m, Evidence.SHOWN + 1),
                        rank,
                        (query, near, cosines, kth, next) ->
                                deliver(queries[query], k, near, cosines, kth, next, found));
    }

    /** At most one voucher, which is of the image's own group or not. */
    private void alone(int row, Found found) {
        int count = members.length == 1 && !set.copies().together(row, members[0]) ? 1 : 0;
        double[] cosines = count == 0 ? new double[0] : new double[] {set.rows().cosine(row, set.rows(), members[0])};
        found.found(row, count == 0 ? Double.NaN : 1 - cosines[0], members, cosines, count);
    }

    private void deliver(int row, int k, int[] near, double[] cosines, double kth, double next, Found found) {
        int own = set.copies().representative(row);
        boolean among = Arrays.binarySearch(members, own) >= 0;
        boolean passed = among ? set.rows().cosine(row, set.rows(), own) >= kth - SAME : k >= members.length;
        int[] vouchers = new int[near.length];
        double[] kept = new double[near.length];
        int count = 0;
        for (int i = 0; i < near.length; i++) {
            int member = members[near[i]];
            if (!set.copies().together(row, member)) {
                vouchers[count] = member;
                kept[count] = cosines[i];
                count++;
            }
        }
        found.found(row, 1 - (passed ? next : kth), vouchers, kept, count);
    }

    /** Those of the images that are vouchers already, in groups by class. */
    Vouchers[] byClass() {
        Labels labels = set.classes().orElseThrow();
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
