// SPDX-License-Identifier: Apache-2.0
package io.github.stray.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/** What the reader and the writer must agree on. */
final class SafetensorsHeader {
    static final int FORMAT = 1;
    static final String FORMAT_KEY = "stray.format";
    static final String CHECKSUM_KEY = "stray.crc32c";
    static final String NO_CHECKSUM = "00000000";
    static final int LENGTH_BYTES = 8;

    /** The limit of the reference implementation. */
    static final int LONGEST = 100_000_000;

    private static final int DIGITS = 8;

    private SafetensorsHeader() {}

    /** Index of the first checksum digit in a header, -1 if it has none. The quoted key cannot occur inside a string. */
    static int checksumAt(byte[] header) {
        byte[] key = ('"' + CHECKSUM_KEY + '"').getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i + key.length <= header.length; i++) {
            if (matches(header, i, key)) {
                int at = skipSpaces(header, i + key.length);
                if (at < header.length && header[at] == ':') {
                    at = skipSpaces(header, at + 1);
                    if (at + DIGITS + 1 < header.length && header[at] == '"' && header[at + DIGITS + 1] == '"') {
                        return at + 1;
                    }
                }
            }
        }
        return -1;
    }

    /** Finishes a checksum over the data section with the header, whose digits count as zeros. */
    static String checksum(CRC32C overData, byte[] header, int digitsAt) {
        byte[] zeroed = header.clone();
        Arrays.fill(zeroed, digitsAt, digitsAt + DIGITS, (byte) '0');
        overData.update(ByteBuffer.wrap(zeroed));
        return HexFormat.of().toHexDigits((int) overData.getValue());
    }

    private static boolean matches(byte[] bytes, int at, byte[] wanted) {
        for (int j = 0; j < wanted.length; j++) {
            if (bytes[at + j] != wanted[j]) {
                return false;
            }
        }
        return true;
    }

    private static int skipSpaces(byte[] bytes, int from) {
        int at = from;
        while (at < bytes.length && (bytes[at] == ' ' || bytes[at] == '\t' || bytes[at] == '\n' || bytes[at] == '\r')) {
            at++;
        }
        return at;
    }
}
