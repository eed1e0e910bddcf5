// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OtherFormatsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ff0afa7f018100 | it is a JPEG XL file",
                "0000000c4a584c200d0a870a | it is a JPEG XL file",
                "0000000c6a5020200d0a870a | it is a JPEG 2000 file",
                "ff4fff51002f0000 | it is a JPEG 2000 file",
                "0000002066747970717420200000000071742020 | it is a film or another ISO media file (brand 'qt')",
                "00000020667479701b5b324a000000001b5b324a | it is a film or another ISO media file (brand '?[2J')",
                "000000186674797063727820000000016372782069736f6d | it is a camera raw file (Canon, CR3)",
                "46554a4946494c4d4343442d524157203032303146463338 | it is a camera raw file (Fujifilm, RAF)",
                "49492a0010000000435202000000000000000000 | it is a camera raw file (Canon, CR2)",
                "49495500180000008800000000000000 | it is a camera raw file (Panasonic or Leica, RW2)",
                "4949524f080000000000000000000000 | it is a camera raw file (Olympus, ORF)",
                "464f5662000003000000000000000000 | it is a camera raw file (Sigma, X3F)",
                "3842505300010000000000000003 | it is a Photoshop file",
                "762f3101020000006368616e6e656c73 | it is an OpenEXR file",
                "255044462d312e370a25e2e3cfd3 | it is a PDF file",
            })
    void decode_otherFormat_isNamed(String hex, String name) {
        byte[] file = Arrays.copyOf(HexFormat.of().parseHex(hex), 64);
        assertThatThrownBy(() -> ImageDecoder.decode(file))
                .hasMessage("not an image that can be read: " + name
                        + "; formats are JPEG, PNG, GIF, BMP, WebP, TIFF, HEIC and AVIF");
    }

    @Test
    void decode_rawFilesInTiff_areNamedRatherThanTheirPreviewShown() {
        assertThatThrownBy(() -> ImageDecoder.decode(tiff(254, 1, 271, 0, 330, 8)))
                .hasMessageContaining("a camera raw file (such as NEF, ARW or PEF; its first page is a preview)");
        assertThatThrownBy(() -> ImageDecoder.decode(tiff(254, 0, 271, 0, 50_706, 0x0401)))
                .hasMessageContaining("a camera raw file (DNG)");
    }

    /** A preview alone, or a maker alone, is in many a scanned or edited TIFF. */
    @Test
    void cameraRaw_ordinaryTiff_isNone() {
        assertThat(OtherFormats.cameraRaw(tiff(254, 0, 271, 0, 330, 8))).isEmpty();
        assertThat(OtherFormats.cameraRaw(tiff(254, 1, 256, 64, 257, 64))).isEmpty();
        assertThat(OtherFormats.cameraRaw(new byte[] {'I', 'I', 42, 0})).isEmpty();
    }

    /** A page with these tags and their numbers. */
    private static byte[] tiff(int... tags) {
        ByteBuffer out = ByteBuffer.allocate(200).order(ByteOrder.LITTLE_ENDIAN);
        out.put("II*\0".getBytes(StandardCharsets.ISO_8859_1)).putInt(8).putShort((short) (tags.length / 2));
        for (int i = 0; i < tags.length; i += 2) {
            out.putShort((short) tags[i]).putShort((short) 4).putInt(1).putInt(tags[i + 1]);
        }
        return out.array();
    }
}
