// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.data;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What datasets are here.
 *
 * @param installed those that are, by name
 * @param broken names of those that cannot be used, to the reason
 */
public record DatasetListing(List<InstalledDataset> installed, SortedMap<String, String> broken) {
    /** Copies the collections. */
    public DatasetListing {
        installed = List.copyOf(installed);
        broken = Collections.unmodifiableSortedMap(new TreeMap<>(broken));
    }
}
