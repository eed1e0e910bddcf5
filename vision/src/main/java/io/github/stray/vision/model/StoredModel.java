// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.model;

import java.nio.file.Path;
import java.util.Optional;

/**
 * An extractor that can be opened.
 *
 * @param name what to call it
 * @param folder where it lies; empty for a built-in one
 * @param card what is known of it
 */
public record StoredModel(String name, Optional<Path> folder, ExtractorCard card) {
    /**
     * Whether it ships with Stray.
     *
     * @return true if it lies in no folder
     */
    public boolean builtIn() {
        return folder.isEmpty();
    }
}
