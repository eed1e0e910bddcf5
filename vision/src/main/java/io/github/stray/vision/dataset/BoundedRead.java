// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.dataset;

import io.github.stray.extract.FailedSample.Kind;
import io.github.stray.extract.SampleException;
import io.github.stray.provenance.InputFile;
import io.github.stray.vision.archive.ArchiveLimits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** Reads one image's bytes within limits that hold for what arrives, not for what a header claims. */
final class BoundedRead {
    private static final int CHUNK = 1 << 16;

    private BoundedRead() {}

    /** Everything up to the end, refused above the limits; {@code compressed} is -1 for what is stored as it is. */
    static byte[] all(InputStream in, long compressed) throws IOException {
        var out = new ByteArrayOutputStream(CHUNK);
        byte[] chunk = new byte[CHUNK];
        for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
            out.write(chunk, 0, read);
            if (out.size() > ArchiveLimits.IMAGE_BYTES) {
                throw tooLarge();
            }
            if (compressed >= 0
                    && out.size() > ArchiveLimits.UNSUSPICIOUS_ENTRY
                    && out.size() / ArchiveLimits.RATIO > compressed) {
                throw new SampleException(
                        Kind.TOO_LARGE,
                        "inflates to more than %d times its %d compressed bytes; it is taken for a zip bomb"
                                .formatted(ArchiveLimits.RATIO, compressed));
            }
        }
        return out.toByteArray();
    }

    /** A regular file; links are followed. */
    static byte[] file(Path file) throws IOException {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            if (!attributes.isRegularFile()) {
                throw new IOException("%s is not a regular file".formatted(file));
            }
            if (attributes.size() > ArchiveLimits.IMAGE_BYTES) {
                throw tooLarge();
            }
            try (InputStream in = InputFile.open(file)) {
                return all(in, -1);
            }
        } catch (NoSuchFileException e) {
            throw new IOException(Files.isSymbolicLink(file) ? "the link leads nowhere" : "no such file: " + file, e);
        } catch (AccessDeniedException e) {
            throw new IOException("access denied: " + file, e);
        }
    }

    static SampleException tooLarge() {
        return new SampleException(
                Kind.TOO_LARGE,
                "larger than the %d MiB that are read of one image".formatted(ArchiveLimits.IMAGE_BYTES >> 20));
    }
}
