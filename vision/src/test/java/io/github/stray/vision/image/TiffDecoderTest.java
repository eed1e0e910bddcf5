// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TiffDecoderTest {
    @ParameterizedTest
    @CsvSource({
        "4, a transparency mask",
        "8, CIE L*a*b*",
        "9, CIE L*a*b*",
        "10, CIE L*a*b*",
        "32803, a camera's colour filter array",
        "32845, logarithmic luminance",
        "34892, a camera's linear raw data",
        "777, an unknown kind of colours"
    })
    void decode_otherColours_isRefused(int photometric, String kind) throws Exception {
        for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
            assertThatThrownBy(() -> ImageDecoder.decode(tiff(photometric, order)))
                    .hasMessage(
                            "TIFF files of %s (photometric interpretation %d) are not read; convert them to 8-bit RGB first"
                                    .formatted(kind, photometric));
        }
        assertThat(ImageDecoder.decode(tiff(2, ByteOrder.BIG_ENDIAN)).rgb())
                .containsExactly((byte) 200, (byte) 130, (byte) 120);
    }

    @Test
    void decode_samplesThatAreNotRead_saysWhich() {
        byte[] file = tiff(2, ByteOrder.LITTLE_ENDIAN);
        file[122] = file[124] = file[126] = 32;
        assertThatThrownBy(() -> ImageDecoder.decode(file))
                .hasMessageContaining("TIFF files of RGB with 3 unsigned samples of 32 bits are not read");
    }

    @Test
    void decode_oldStyleJpeg_saysSo() {
        byte[] file = tiff(6, ByteOrder.LITTLE_ENDIAN);
        file[10 + 3 * 12 + 8] = 6;
        assertThatThrownBy(() -> ImageDecoder.decode(file))
                .hasMessageContaining("TIFF files of old-style JPEG compression are not read");
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 8, 34925, 32773, 2, 3, 4, 7})
    void decode_compressionsOfNothing_saysWhichStrip(int compression) {
        byte[] file = tiff(compression < 5 ? 1 : 2, ByteOrder.LITTLE_ENDIAN);
        file[10 + 3 * 12 + 8] = (byte) compression;
        file[10 + 3 * 12 + 9] = (byte) (compression >> 8);
        if (compression < 5) {
            file[10 + 6 * 12 + 8] = 1;
            file[10 + 2 * 12 + 4] = 1;
            file[10 + 2 * 12 + 8] = 1;
        }
        Arrays.fill(file, 128, 131, (byte) 0);
        assertThatThrownBy(() -> ImageDecoder.decode(file)).hasMessageStartingWith("damaged TIFF file: strip 1 of 1: ");
    }

    @Test
    void decode_withoutPhotometricInterpretation_isANegativeAsWithPillow() throws Exception {
        byte[] file = tiff(0, ByteOrder.LITTLE_ENDIAN);
        file[10 + 4 * 12] = 0;
        file[10 + 6 * 12 + 8] = 1;
        assertThat(ImageDecoder.decode(file).rgb()).containsOnly((byte) (255 - 200));
    }

    @Test
    void decode_tilesFarLargerThanThePage_isRefused() {
        byte[] file = tiff(2, ByteOrder.LITTLE_ENDIAN);
        ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        in.putShort(10 + 7 * 12, (short) 322)
                .putShort(10 + 7 * 12 + 2, (short) 4)
                .putInt(10 + 7 * 12 + 8, 60_000);
        in.putShort(10 + 6 * 12, (short) 323)
                .putShort(10 + 6 * 12 + 2, (short) 4)
                .putInt(10 + 6 * 12 + 8, 60_000);
        in.putShort(10 + 4 * 12 + 8, (short) 1);
        in.putInt(10 + 2 * 12 + 4, 1).putInt(10 + 2 * 12 + 8, 8);
        assertThatThrownBy(() -> ImageDecoder.decode(file)).hasMessageContaining("its tiles of 60000 x 60000 pixels");
    }

    /** One pixel, uncompressed, 200 130 120. */
    private static byte[] tiff(int photometric, ByteOrder order) {
        int[][] entries = {
            {256, 3, 1, 1},
            {257, 3, 1, 1},
            {258, 3, 3, 122},
            {259, 3, 1, 1},
            {262, 3, 1, photometric},
            {273, 4, 1, 128},
            {277, 3, 1, 3},
            {278, 3, 1, 1},
            {279, 4, 1, 3}
        };
        ByteBuffer file = ByteBuffer.allocate(131).order(order);
        file.put((byte) (order == ByteOrder.BIG_ENDIAN ? 'M' : 'I')).put(file.get(0));
        file.putShort((short) 42).putInt(8).putShort((short) entries.length);
        for (int[] entry : entries) {
            file.putShort((short) entry[0]).putShort((short) entry[1]).putInt(entry[2]);
            if (entry[1] == 3 && entry[2] == 1) {
                file.putShort((short) entry[3]).putShort((short) 0);
            } else {
                file.putInt(entry[3]);
            }
        }
        file.putInt(0).putShort((short) 8).putShort((short) 8).putShort((short) 8);
        return file.put((byte) 200).put((byte) 130).put((byte) 120).array();
    }
}
