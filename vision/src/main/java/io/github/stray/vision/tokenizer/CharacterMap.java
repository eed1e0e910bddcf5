// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.tokenizer;

import io.github.stray.store.JsonNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * SentencePiece's table of characters and what replaces them: a length in bytes, a trie of that length as a double array (as
 * the library darts-clone writes it), and the replacements, each ended by a zero. The native library follows the trie without
 * looking where it leads, so every unit must lead to a place within it, and every value to the beginning of a short replacement.
 */
final class CharacterMap {
    /** Longest replacement in bytes; Unicode's own are up to 33 (ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM). */
    private static final int LONGEST = 64;

    private static final int MOST_BYTES = 4 << 20;
    private static final int VALUE = 1 << 31;
    private static final int LEAF = 1 << 8;
    private static final int FAR = 1 << 9;

    private CharacterMap() {}

    static void check(JsonNode<Unusable> value) throws Unusable {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(value.text());
        } catch (IllegalArgumentException e) {
            throw value.refused("must be Base64: " + e.getMessage());
        }
        ByteBuffer table = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        long length = bytes.length < Integer.BYTES ? -1 : Integer.toUnsignedLong(table.getInt());
        if (bytes.length > MOST_BYTES || length < 4 || length % 4 != 0 || length > table.remaining()) {
            throw value.refused("must hold a table of characters and replacements, has %d bytes and a table of %d"
                    .formatted(bytes.length, length));
        }
        IntBuffer trie = table.slice(table.position(), (int) length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asIntBuffer();
        ByteBuffer replacements =
                table.position(table.position() + (int) length).slice();
        try {
            StandardCharsets.UTF_8.newDecoder().decode(replacements.duplicate());
        } catch (CharacterCodingException e) {
            throw value.refused("must hold replacements in UTF-8");
        }
        for (int i = 0; i < trie.limit(); i++) {
            int unit = trie.get(i);
            if (unit < 0) {
                // A value, which no character leads to.
                continue;
            }
            int next = i ^ offset(unit);
            if ((next | 0xFF) >= trie.limit()) {
                throw value.refused("leads from unit %d to unit %d of %d".formatted(i, next, trie.limit()));
            }
            if ((unit & LEAF) != 0 && !isReplacement(replacements, trie.get(next) & ~VALUE)) {
                throw value.refused("has a replacement at %d, which is none of at most %d bytes"
                        .formatted(trie.get(next) & ~VALUE, LONGEST));
            }
        }
    }

    private static int offset(int unit) {
        return unit >>> 10 << ((unit & FAR) >>> 6);
    }

    private static boolean isReplacement(ByteBuffer replacements, int from) {
        boolean begins = from < replacements.limit() && (replacements.get(from) & 0xC0) != 0x80;
        for (int i = from; begins && i <= from + LONGEST && i < replacements.limit(); i++) {
            if (replacements.get(i) == 0) {
                return true;
            }
        }
        return false;
    }
}
