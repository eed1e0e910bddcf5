// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.archive;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;

/** Names of entries as bytes, decoded when asked for. */
final class ZipNames {
    /** What names are in that are not UTF-8; a small Java may lack it. */
    private static final Charset LEGACY =
            Charset.isSupported("IBM437") ? Charset.forName("IBM437") : StandardCharsets.ISO_8859_1;

    private final BitSet surelyUtf8 = new BitSet();
    private byte[] text = new byte[1024];
    private int[] ends = new int[64];
    private int count;

    /** Whether the names that do not say what they are can be UTF-8. */
    private boolean maybeUtf8 = true;

    /**
     * Adds a name.
     *
     * @throws CharacterCodingException if it is said to be UTF-8 and is not
     */
    void add(byte[] name, boolean utf8) throws CharacterCodingException {
        if (utf8) {
            decode(name);
            surelyUtf8.set(count);
        } else if (maybeUtf8) {
            try {
                decode(name);
            } catch (CharacterCodingException e) {
                maybeUtf8 = false;
            }
        }
        int start = count == 0 ? 0 : ends[count - 1];
        if (text.length - start < name.length) {
            text = Arrays.copyOf(text, Math.max(Math.addExact(start, name.length), start + (start >> 1)));
        }
        if (count == ends.length) {
            ends = Arrays.copyOf(ends, count + (count >> 1));
        }
        System.arraycopy(name, 0, text, start, name.length);
        ends[count++] = start + name.length;
    }

    String get(int index) {
        int start = index == 0 ? 0 : ends[index - 1];
        Charset charset = surelyUtf8.get(index) || maybeUtf8 ? StandardCharsets.UTF_8 : LEGACY;
        return new String(text, start, ends[index] - start, charset);
    }

    private static void decode(byte[] name) throws CharacterCodingException {
        StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(name));
    }
}
