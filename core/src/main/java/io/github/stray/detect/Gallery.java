// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import io.github.stray.feature.FeatureMatrix;
import java.util.List;

/**
 * Training rows in which the nearest neighbours of a sample are looked up. Safe for concurrent use.
 *
 * @param rows {@code [n x d]} rows as they came from the extractor, not normalised
 * @param ids their sample ids
 */
public record Gallery(FeatureMatrix rows, List<String> ids) {
    /** Checks that the parts agree. */
    public Gallery {
        if (rows.rows() != ids.size()) {
            throw new IllegalArgumentException("%d ids for %d gallery rows".formatted(ids.size(), rows.rows()));
        }
    }
}
