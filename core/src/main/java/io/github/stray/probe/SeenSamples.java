// SPDX-License-Identifier: Apache-2.0
package io.github.stray.probe;

import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.IdView;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;

/**
 * The samples that a head was trained on, so that none of them calibrates a threshold for it. Immutable.
 *
 * <p>A sample is known again by its id. Ids that are mere numbers (of rows or records) say little, since every file
 * counts from 0: a sample with such an id is known again by its feature row, value for value.
 *
 * @param ids sample ids; copied unless immutable, see {@link IdView#copyOf}
 * @param rowHashes {@code FeatureMatrix.rowHashes()} of the rows, in the same order
 */
@SuppressWarnings("ArrayRecordComponent")
public record SeenSamples(List<String> ids, long[] rowHashes) {
    /** A head that says nothing of its training samples. */
    public static final SeenSamples UNKNOWN = new SeenSamples(List.of(), new long[0]);

    /** Checks the lengths. */
    public SeenSamples {
        ids = IdView.copyOf(ids);
        rowHashes = rowHashes.clone();
        if (ids.size() != rowHashes.length) {
            throw new IllegalArgumentException(
                    "%d row hashes for %d ids of seen samples".formatted(rowHashes.length, ids.size()));
        }
    }

    /**
     * {@return the ids and row hashes of samples}
     *
     * @param samples what a head was trained on
     */
    public static SeenSamples of(FeatureSet samples) {
        return new SeenSamples(samples.ids(), samples.features().rowHashes());
    }

    /** {@return hashes of the feature rows: a copy, one a sample} */
    @Override
    public long[] rowHashes() {
        return rowHashes.clone();
    }

    /**
     * {@return how many of the samples are among the seen ones}
     *
     * @param samples any samples
     */
    public int count(FeatureSet samples) {
        if (ids.isEmpty()) {
            return 0;
        }
        var known = new HashSet<>(ids);
        long[] sorted = rowHashes.clone();
        Arrays.sort(sorted);
        long[] hashes = samples.features().rowHashes();
        int seen = 0;
        for (int i = 0; i < hashes.length; i++) {
            String id = samples.ids().get(i);
            if (isNumber(id) ? Arrays.binarySearch(sorted, hashes[i]) >= 0 : known.contains(id)) {
                seen++;
            }
        }
        return seen;
    }

    private static boolean isNumber(String id) {
        return !id.isEmpty() && id.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SeenSamples that && ids.equals(that.ids) && Arrays.equals(rowHashes, that.rowHashes);
    }

    @Override
    public int hashCode() {
        return 31 * ids.hashCode() + Arrays.hashCode(rowHashes);
    }

    @Override
    public String toString() {
        return "SeenSamples[" + ids.size() + "]";
    }
}
