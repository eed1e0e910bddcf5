// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.cache;

import io.github.stray.extract.FailedSample;
import io.github.stray.store.FeatureFile;
import java.util.List;

/**
 * An entry that was opened.
 *
 * @param file features, mapped, their checksum verified
 * @param failed samples that could not be read when it was made
 * @param seconds how long extraction took
 */
public record CachedFeatures(FeatureFile file, List<FailedSample> failed, double seconds) {
    /** Keeps the list. */
    public CachedFeatures {
        failed = List.copyOf(failed);
    }
}
