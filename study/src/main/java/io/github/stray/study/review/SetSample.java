// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.review;

import io.github.stray.feature.FeatureSet;

/**
 * A sample by name.
 *
 * @param set key of its set
 * @param id its id there
 * @param label name of its class, empty where it has none
 */
public record SetSample(String set, String id, String label) {
    /**
     * {@return the sample of a row}
     *
     * @param set key of the set
     * @param features of the set
     * @param row index
     */
    public static SetSample of(String set, FeatureSet features, int row) {
        return new SetSample(
                set,
                features.ids().get(row),
                features.labels().map(labels -> labels.nameOf(labels.get(row))).orElse(""));
    }
}
