// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.download;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * A file to fetch, and what is known of it beforehand.
 *
 * @param path its name, for messages
 * @param size length in bytes, where known
 * @param digest digest of its content, where known
 */
public record RemoteFile(String path, OptionalLong size, Optional<ContentDigest> digest) {
    /** Checks the size. */
    public RemoteFile {
        if (size.isPresent() && size.getAsLong() < 0) {
            throw new IllegalArgumentException(
                    "the size of '%s' must not be negative, was %d".formatted(Text.printable(path), size.getAsLong()));
        }
    }
}
