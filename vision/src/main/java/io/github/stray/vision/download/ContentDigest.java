// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.download;

import io.github.stray.provenance.InputFile;
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
 * The digest that is stated for a file: SHA-256 or MD5 of the content, or git's blob digest (SHA-1 of {@code "blob
 * LENGTH\0"} and the content). MD5 shows damage, not malice.
 *
 * @param kind which of them
 * @param hex lower-case hexadecimal
 */
public record ContentDigest(Kind kind, String hex) {
    private static final Pattern HEX = Pattern.compile("[0-9a-f]+");

    /** Checks the form. */
    public ContentDigest {
        if (hex.length() != kind.digits || !HEX.matcher(hex).matches()) {
            throw new IllegalArgumentException("a %s has %d lower-case hexadecimal digits, was '%s'"
                    .formatted(kind.label, kind.digits, Text.printable(hex)));
        }
    }

    /** How a digest is made. */
    public enum Kind {
        /** SHA-256 of the content. */
        SHA256("SHA-256", "SHA-256", 64),
        /** MD5 of the content. */
        MD5("MD5", "MD5", 32),
        /** Git's digest of a blob. */
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

    /**
     * {@return the digest of a file, of the same kind}
     *
     * @param file the file
     * @throws IOException if it cannot be read
     */
    public ContentDigest ofSameKind(Path file) throws IOException {
        MessageDigest digest = digest(kind.algorithm);
        if (kind == Kind.GIT_BLOB) {
            digest.update(("blob " + Files.size(file) + "\0").getBytes(StandardCharsets.US_ASCII));
        }
        byte[] block = new byte[1 << 16];
        try (InputStream in = InputFile.open(file)) {
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

    /** {@return a name for a file with this content: kind and digits} */
    public String fileName() {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', '-') + "-" + hex;
    }

    /** {@return kind and digits, for a message} */
    @Override
    public String toString() {
        return kind.label + " " + hex;
    }
}
