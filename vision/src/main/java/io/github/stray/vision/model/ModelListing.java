// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.model;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a store holds.
 *
 * @param models the usable extractors: built in first, then installed, by name
 * @param broken names of installed folders that cannot be used, and why
 */
public record ModelListing(List<StoredModel> models, Map<String, String> broken) {
    /** Copies the collections. */
    public ModelListing {
        models = List.copyOf(models);
        broken = Collections.unmodifiableMap(new TreeMap<>(broken));
    }
}
