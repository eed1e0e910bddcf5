// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.hub;

import io.github.stray.vision.download.ContentDigest;
import io.github.stray.vision.download.RemoteFile;
import io.github.stray.vision.download.SafePath;
import io.github.stray.vision.download.Text;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A file of a repository, as its listing describes it.
 *
 * @param path place in the repository, parts separated by {@code /}; safe to use below a folder
 * @param size length in bytes
 * @param digest digest of its content
 */
record HubFile(String path, long size, ContentDigest digest) {
    HubFile {
        if (!SafePath.isSafe(path)) {
            throw new IllegalArgumentException(
                    "the path '%s' is refused: it could leave the folder it belongs to, or is no name for a file on every system"
                            .formatted(Text.printable(path)));
        }
        if (size < 0) {
            throw new IllegalArgumentException(
                    "the size of '%s' must not be negative, was %d".formatted(Text.printable(path), size));
        }
    }

    RemoteFile remote() {
        return new RemoteFile(path, OptionalLong.of(size), Optional.of(digest));
    }
}
