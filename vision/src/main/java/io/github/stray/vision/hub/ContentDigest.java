// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.hub;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The digest that a hub states for a file: SHA-256 of the content for large files, git's blob digest (SHA-1 of {@code "blob
 * LENGTH\0"} and the content) for small ones.
 *
 * @param kind which of the two
 * @param hex lower-case hexadecimal
 */
record ContentDigest(Kind kind, String hex) {
    private static final Pattern HEX = Pattern.compile("[0-9a-f]+");

    ContentDigest {
        if (hex.length() != kind.digits || !HEX.matcher(hex).matches()) {
            throw new IllegalArgumentException("a %s has %d lower-case hexadecimal digits, was '%s'"
                    .formatted(kind.label, kind.digits, Text.printable(hex)));
        }
    }

    enum Kind {
        SHA256("SHA-256", "SHA-256", 64),
        GIT_BLOB("SHA-1", "git blob SHA-1", 40);

        private final String algorithm;
        private final String label;
        private final int digits;

        Kind(String algorithm, String label, int digits) {
            this.algorithm = algorithm;
            this.label = label;
            this.digits = digits;
        }
    }

    /** Digest of a file, of the same kind. */
    ContentDigest ofSameKind(Path file) throws IOException {
        MessageDigest digest = digest(kind.algorithm);
        if (kind == Kind.GIT_BLOB) {
            digest.update(("blob " + Files.size(file) + "\0").getBytes(StandardCharsets.US_ASCII));
        }
        byte[] block = new byte[1 << 16];
        try (InputStream in = Files.newInputStream(file)) {
            for (int n = in.read(block); n >= 0; n = in.read(block)) {
                digest.update(block, 0, n);
            }
        }
        return new ContentDigest(kind, HexFormat.of().formatHex(digest.digest()));
    }

    private static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has " + algorithm, e);
        }
    }

    String fileName() {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', '-') + "-" + hex;
    }

    @Override
    public String toString() {
        return kind.label + " " + hex;
    }
}
