// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.data;

import io.github.stray.vision.download.SafePath;
import java.util.OptionalLong;

/**
 * A part of a dataset that is used by itself.
 *
 * @param name {@code train}, {@code val}, {@code test}, {@code all} ..
 * @param images how many it has, where known
 * @param path where it lies in the dataset, as its layout needs it; may be empty
 */
public record DatasetSplit(String name, OptionalLong images, String path) {
    /** Checks the path. */
    public DatasetSplit {
        if (!(path.isEmpty() || SafePath.isSafe(path))) {
            throw new IllegalArgumentException("'%s' is no place in a dataset".formatted(path));
        }
    }
}
