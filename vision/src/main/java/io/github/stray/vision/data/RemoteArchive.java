// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.data;

import io.github.stray.vision.download.ContentDigest;
import io.github.stray.vision.download.RemoteFile;
import io.github.stray.vision.download.SafePath;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A file that a dataset is fetched as.
 *
 * @param file its name
 * @param addresses where it is, in the order they are tried; empty where no program can fetch it
 * @param size length in bytes, where known
 * @param digest digest of the content, where known; without it what comes is recorded and said to be unchecked
 * @param digestSource who states the digest; empty without one
 * @param into folder of the dataset that it is unpacked into; empty for the dataset's own
 */
public record RemoteArchive(
        String file,
        List<URI> addresses,
        OptionalLong size,
        Optional<ContentDigest> digest,
        String digestSource,
        String into) {
    /** Copies the list, checks the names. */
    public RemoteArchive {
        addresses = List.copyOf(addresses);
        if (!SafePath.isSafe(file) || file.contains("/") || !(into.isEmpty() || SafePath.isSafe(into))) {
            throw new IllegalArgumentException(
                    "'%s' into '%s' are no names of a file and a folder".formatted(file, into));
        }
        if (digest.isPresent() == digestSource.isEmpty()) {
            throw new IllegalArgumentException("%s: a digest and who states it go together".formatted(file));
        }
    }

    RemoteFile remote() {
        return new RemoteFile(file, size, digest);
    }

    /** Whether it is unpacked; other files are taken as they are. */
    boolean isPacked() {
        String lower = file.toLowerCase(Locale.ROOT);
        return lower.endsWith(".zip") || lower.endsWith(".tar") || lower.endsWith(".tar.gz") || lower.endsWith(".tgz");
    }

    /** {@return the digest and who states it, or that none is known} */
    public String checksum() {
        return digest.map(known -> "%s (%s)".formatted(known, digestSource)).orElse("none known");
    }
}
