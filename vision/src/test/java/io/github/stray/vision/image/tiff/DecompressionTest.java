// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.tiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** Data that end before the strip is full are refused, by whatever they are compressed. */
class DecompressionTest {
    private static final byte[] STRIP = {1, 2, 3, 3, 3, 3, 4, 5};

    /** What TIFF 6.0 gives for {@link #STRIP}: three bytes as they are, one four times, two as they are. */
    private static final byte[] PACKED = {1, 1, 2, -3, 3, 1, 4, 5};

    @FunctionalInterface
    private interface Method {
        void undo(byte[] data, byte[] to) throws IOException;
    }

    private static byte[] undone(Method method, byte... data) throws IOException {
        byte[] to = new byte[STRIP.length];
        method.undo(data, to);
        return to;
    }

    private static void requireRefusal(Method method, byte[] data) throws IOException {
        assertThat(undone(method, data)).isEqualTo(STRIP);
        for (int length = 0; length < data.length; length++) {
            byte[] part = Arrays.copyOf(data, length);
            assertThatThrownBy(() -> undone(method, part))
                    .as("%d of %d bytes", length, data.length)
                    .isInstanceOf(TiffDamage.class)
                    .hasMessageContaining("end early");
        }
    }

    @Test
    void packBits_cutAnywhere_isRefused() throws IOException {
        requireRefusal(Decompression::packBits, PACKED);
        assertThat(undone(Decompression::packBits, -128, PACKED)).isEqualTo(STRIP);
    }

    private static byte[] undone(Method method, int first, byte[] rest) throws IOException {
        byte[] data = new byte[rest.length + 1];
        data[0] = (byte) first;
        System.arraycopy(rest, 0, data, 1, rest.length);
        return undone(method, data);
    }

    @Test
    void lzw_cutAnywhere_isRefused() throws IOException {
        requireRefusal(Decompression::lzw, codes(false, 256, 1, 2, 3, 260, 3, 4, 5));
    }

    @Test
    void lzw_endBeforeTheStripIsFull_isRefused() {
        assertThatThrownBy(() -> undone(Decompression::lzw, codes(false, 256, 1, 2, 257, 3, 3, 3, 3, 4, 5)))
                .hasMessage("data end early (2 of 8 bytes)");
    }

    @Test
    void lzw_codeThatIsNotYetThere_isRefused() {
        assertThatThrownBy(() -> undone(Decompression::lzw, codes(false, 256, 1, 2, 300, 3, 4)))
                .hasMessage("LZW data are invalid (code 300 of 259)");
        assertThatThrownBy(() -> undone(Decompression::lzw, codes(false, 256, 258, 1, 1, 1)))
                .hasMessage("LZW data are invalid (code 258 of 258)");
    }

    /** Codes of files before TIFF 6.0 become longer one entry later. */
    @Test
    void lzw_oldStyle_growsLate() throws IOException {
        byte[] expected = new byte[300];
        int[] codes = new int[expected.length + 1];
        codes[0] = 256;
        for (int i = 0; i < expected.length; i++) {
            expected[i] = (byte) (i * 7);
            codes[i + 1] = expected[i] & 0xFF;
        }
        byte[] to = new byte[expected.length];
        Decompression.lzw(codes(true, codes), to);
        assertThat(to).isEqualTo(expected);
    }

    @Test
    void deflate_cutBeforeItsChecksum_isRefused() throws IOException {
        var deflater = new Deflater();
        deflater.setInput(STRIP);
        deflater.finish();
        byte[] buffer = new byte[64];
        int length = deflater.deflate(buffer);
        deflater.end();
        byte[] data = Arrays.copyOf(buffer, length);
        assertThat(undone(Decompression::deflate, data)).isEqualTo(STRIP);
        byte[] cut = Arrays.copyOf(data, length - 7);
        assertThatThrownBy(() -> undone(Decompression::deflate, cut)).hasMessageStartingWith("data end early");
        byte[] longer = new byte[STRIP.length + 1];
        assertThatThrownBy(() -> Decompression.deflate(data, longer)).hasMessage("data end early (8 of 9 bytes)");
    }

    @Test
    void lzma_dataForLess_isRefused() throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var out = new XZOutputStream(bytes, new LZMA2Options(0))) {
            out.write(STRIP);
        }
        assertThat(undone(Decompression::lzma, bytes.toByteArray())).isEqualTo(STRIP);
        byte[] longer = new byte[STRIP.length + 1];
        assertThatThrownBy(() -> Decompression.lzma(bytes.toByteArray(), longer))
                .hasMessage("data end early (8 of 9 bytes)");
        byte[] cut = Arrays.copyOf(bytes.toByteArray(), 20);
        assertThatThrownBy(() -> undone(Decompression::lzma, cut)).hasMessage("LZMA data end early");
    }

    /** Codes as bits, from 9 on, and longer from where the reader expects them to be. */
    private static byte[] codes(boolean old, int... codes) {
        var bits = new BitSet();
        int at = 0;
        int length = 9;
        int next = 258;
        int since = -1;
        for (int code : codes) {
            for (int bit = 0; bit < length; bit++, at++) {
                bits.set(old ? at : at / 8 * 8 + 7 - at % 8, ((code >> (old ? bit : length - 1 - bit)) & 1) != 0);
            }
            since = code == 256 ? -1 : since + 1;
            next = since < 1 ? 258 : next + 1;
            int last = old ? next : next + 1;
            if (last == (1 << length)) {
                length++;
            }
        }
        return Arrays.copyOf(bits.toByteArray(), (at + 7) / 8);
    }
}
