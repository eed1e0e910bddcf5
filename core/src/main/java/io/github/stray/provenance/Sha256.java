// SPDX-License-Identifier: Apache-2.0
package io.github.stray.provenance;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 (FIPS 180-4), in lower-case hexadecimal unless said otherwise. */
public final class Sha256 {
    private static final int BLOCK = 1 << 16;

    private Sha256() {}

    /**
     * {@return the digest of bytes, 64 hexadecimal digits}
     *
     * @param bytes any number of bytes
     */
    public static String of(byte[] bytes) {
        return HexFormat.of().formatHex(digest().digest(bytes));
    }

    /**
     * {@return the digest of a text in UTF-8, 64 hexadecimal digits}
     *
     * @param text any text
     */
    public static String of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * {@return the digest of a file of any size, 64 hexadecimal digits; it is read block by block}
     *
     * @param file the file
     * @throws IOException if it cannot be read
     */
    public static String of(Path file) throws IOException {
        MessageDigest digest = digest();
        byte[] block = new byte[BLOCK];
        try (InputStream in = InputFile.open(file)) {
            for (int n = in.read(block); n >= 0; n = in.read(block)) {
                digest.update(block, 0, n);
            }
        }
        return hex(digest);
    }

    /**
     * {@return 64 hexadecimal digits that end a digest which was fed in parts}
     *
     * @param digest from {@link #digest}; starts anew afterwards
     */
    public static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    /** {@return a new digest to feed in parts, or whose 32 bytes are wanted} It is not safe for concurrent use. */
    public static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
