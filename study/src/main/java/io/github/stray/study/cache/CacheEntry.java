// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.cache;

import io.github.stray.feature.Layer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An entry as it is listed.
 *
 * @param digest its name
 * @param dataset name of the set
 * @param extractor id of the extractor
 * @param layers layers kept
 * @param rows samples
 * @param bytes size on disk
 * @param used when it was last used
 * @param problem why it cannot be used; empty if it is sound, or was not looked at
 */
public record CacheEntry(
        String digest,
        String dataset,
        String extractor,
        List<Layer> layers,
        long rows,
        long bytes,
        Instant used,
        Optional<String> problem) {
    /** Keeps the layers. */
    public CacheEntry {
        layers = List.copyOf(layers);
    }
}
