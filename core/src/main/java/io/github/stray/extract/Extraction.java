// SPDX-License-Identifier: Apache-2.0
package io.github.stray.extract;

import io.github.stray.feature.FeatureSet;
import java.io.IOException;
import java.util.List;

/**
 * Features in memory, and the samples that have none.
 *
 * @param features rows of the readable samples
 * @param failed the unreadable ones, in order
 */
public record Extraction(FeatureSet features, List<FailedSample> failed) {
    /**
     * {@return the features of a set of which something could be read, at least one row}
     *
     * @param input what the set is called in the message
     * @throws IOException if no sample could be read
     */
    public FeatureSet requireRows(String input) throws IOException {
        if (features.size() == 0) {
            throw new IOException("no image of %s could be read".formatted(input));
        }
        return features;
    }
}
