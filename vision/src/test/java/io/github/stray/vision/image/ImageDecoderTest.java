// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.stray.extract.ImageContent.Pixels;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageDecoderTest {
    private static String failure(byte[] file) {
        try {
            ImageDecoder.decode(file);
        } catch (IOException e) {
            String message = String.valueOf(e.getMessage());
            assertThat(message.lines()).as(message).hasSize(1);
            return message;
        }
        throw new AssertionError("decoded");
    }

    @Test
    void decode_textNamedImage_saysText() {
        assertThat(failure("hello, this is no image\n".getBytes(StandardCharsets.UTF_8)))
                .contains("not an image")
                .contains("text");
        assertThat(failure("BM is how this text starts, at some length".getBytes(StandardCharsets.UTF_8)))
                .contains("text");
    }

    @Test
    void decode_emptyFile_saysEmpty() {
        assertThat(failure(new byte[0])).contains("the file is empty");
    }

    @Test
    void decode_unknownBytes_showsThem() {
        assertThat(failure(new byte[] {0, 1, 2, (byte) 0xFE})).contains("00 01 02 fe");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rgb_444", "rgb_420", "progressive", "grey", "cmyk_adobe", "exif_orientation_6"})
    void decode_jpegCutAnywhere_fails(String name) throws Exception {
        byte[] file = GoldenImages.file("jpeg", name);
        for (int length = 3; length < file.length; length += 7) {
            assertThat(failure(Arrays.copyOf(file, length))).contains("JPEG");
        }
        assertThat(failure(Arrays.copyOf(file, file.length - 1))).contains("truncated");
        assertThat(failure(Arrays.copyOf(file, file.length - 2))).contains("truncated");
    }

    @Test
    void decode_jpegWithMissingDataBeforeItsEnd_fails() throws Exception {
        byte[] file = GoldenImages.file("jpeg", "noise_420");
        byte[] holed = Arrays.copyOf(file, file.length - 200);
        holed[holed.length - 2] = (byte) 0xFF;
        holed[holed.length - 1] = (byte) 0xD9;
        assertThat(failure(holed)).contains("missing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "gif", "tiff", "bmp", "webp"})
    void decode_fileCutInTheMiddle_fails(String format) throws Exception {
        String name = format.equals("webp")
                ? "lossless"
                : format.equals("tiff") ? "rgb_tiff_lzw" : format.equals("gif") ? "palette" : "rgb";
        byte[] file = GoldenImages.file(format, name);
        for (int length : new int[] {12, 20, file.length / 2, file.length - 20}) {
            assertThat(failure(Arrays.copyOf(file, length))).containsIgnoringCase(format);
        }
    }

    @Test
    void decode_pngWithFlippedByte_namesTheChunk() throws Exception {
        byte[] file = GoldenImages.file("png", "rgb");
        file[60] ^= 1;
        assertThat(failure(file)).contains("checksum of its chunk IDAT differs");
    }

    @Test
    void decode_pngWithDamagedNameOfAChunk_saysItInOneLine() throws Exception {
        byte[] file = GoldenImages.file("png", "rgb");
        int name = new String(file, ISO_8859_1).indexOf("IDAT");
        file[name + 1] = '\r';
        assertThat(failure(file)).contains("checksum of its chunk I?AT differs");
    }

    @Test
    void decode_headerOfABomb_isRefusedBeforeDecoding() throws Exception {
        assertThat(failure(png(60_000, 60_000))).contains("60000 x 60000").contains("178956970");
    }

    /** Decoding it would take 453 MB, to find that it ends early. */
    @Test
    void decode_pngWhosePixelsCannotLieInItsFewBytes_isRefusedBeforeDecoding() throws Exception {
        assertThat(failure(png(9, 16_777_223)))
                .matches("damaged PNG file: it is truncated: \\d+ bytes of pixel data cannot hold 9 x 16777223 pixels");
    }

    private static byte[] png(int width, int height) throws IOException {
        byte[] file = GoldenImages.file("png", "rgb");
        ByteBuffer header = ByteBuffer.wrap(file);
        header.putInt(16, width).putInt(20, height);
        var crc = new CRC32();
        crc.update(file, 12, 17);
        header.putInt(29, (int) crc.getValue());
        return file;
    }

    /** Without an end to its reading this takes minutes, and the suite with it. */
    @ParameterizedTest
    @ValueSource(strings = {"lossless", "lossless_smooth", "lossless_alpha"})
    void decode_webpOfFewBytesForManyPixels_fails(String name) throws Exception {
        byte[] file = GoldenImages.file("webp", name);
        ByteBuffer header = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        int side = 4000 - 1;
        header.putInt(21, (header.getInt(21) & 0xF0000000) | (side << 14) | side);
        assertThat(failure(file)).contains("its pixels end early");
    }

    @ParameterizedTest
    @ValueSource(strings = {"exif_orientation_1", "lossy_alpha"})
    void decode_webpWithAnotherCanvasThanImage_saysBoth(String name) throws Exception {
        byte[] file = GoldenImages.file("webp", name);
        Pixels image = ImageDecoder.decode(file);
        file[24] = (byte) (file[24] + 5);
        assertThat(failure(file))
                .contains("its canvas is %d x %d".formatted(image.width() + 5, image.height()))
                .contains("its image %d x %d".formatted(image.width(), image.height()));
    }

    @Test
    void decode_panorama_keepsEveryPixel() throws Exception {
        var image = new BufferedImage(20_000, 900, BufferedImage.TYPE_3BYTE_BGR);
        for (int x = 0; x < 20_000; x++) {
            image.setRGB(x, 899, x * 7);
        }
        var out = new ByteArrayOutputStream();
        ImageIO.write(image, "png", out);
        Pixels pixels = ImageDecoder.decode(out.toByteArray());
        assertThat(pixels.width()).isEqualTo(20_000);
        int last = 3 * (899 * 20_000 + 19_999);
        assertThat(new int[] {pixels.rgb()[last] & 0xFF, pixels.rgb()[last + 1] & 0xFF, pixels.rgb()[last + 2] & 0xFF})
                .containsExactly(139_993 >> 16, (139_993 >> 8) & 0xFF, 139_993 & 0xFF);
    }

    @Test
    void decode_fromManyThreads_givesTheSamePixels() throws Exception {
        List<GoldenImages.Case> cases = new ArrayList<>();
        for (String format : GoldenImages.FORMATS) {
            cases.addAll(GoldenImages.of(format));
        }
        List<byte[]> alone = new ArrayList<>();
        for (GoldenImages.Case one : cases) {
            alone.add(ImageDecoder.decode(one.file()).rgb());
        }
        List<Callable<Boolean>> work = new ArrayList<>();
        for (int repeat = 0; repeat < 8; repeat++) {
            for (int i = 0; i < cases.size(); i++) {
                int at = i;
                work.add(() -> Arrays.equals(
                        alone.get(at), ImageDecoder.decode(cases.get(at).file()).rgb()));
            }
        }
        try (var pool = Executors.newFixedThreadPool(8)) {
            for (Future<Boolean> result : pool.invokeAll(work)) {
                assertThat(result.get()).isTrue();
            }
        }
    }

    /** Each is a whole file whose pixels stop before the end. */
    @ParameterizedTest
    @ValueSource(strings = {"rgb_tiff_lzw", "rgb_tiff_adobe_deflate", "rgb_packbits", "lzma", "ycbcr_jpeg"})
    void decode_tiffWhosePixelsEndEarly_saysInWhichStrip(String name) throws Exception {
        byte[] file = GoldenImages.file("tiff", name);
        ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        int directory = in.getInt(4);
        for (int at = directory + 2; at < directory + 2 + 12 * in.getShort(directory); at += 12) {
            if (in.getShort(at) == 279) {
                int count = in.getShort(at + 2) == 3 ? in.getShort(at + 8) : in.getInt(at + 8);
                in.putShort(at + 2, (short) 4).putInt(at + 8, count / 2);
            }
        }
        assertThat(failure(file)).contains("damaged TIFF file: strip 1 of 1: ");
    }

    @Test
    void decode_bmpOfRunsWithoutPixels_saysHowManyAreThere() throws Exception {
        GoldenImages.Case runs = GoldenImages.ofPillow13().stream()
                .filter(one -> one.name().equals("bmp/rle8"))
                .findFirst()
                .orElseThrow();
        byte[] file = runs.file();
        int pixels = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(10);
        file[pixels] = 0;
        file[pixels + 1] = 1;
        assertThat(failure(file)).contains("damaged BMP file: its runs end early (0 of 18 pixels)");
    }

    @Test
    void damaged_wantOfMemoryInsideAReader_isNoDamage() {
        var memory = new OutOfMemoryError("Java heap space");
        var wrapped = new IOException("Caught exception during read: ", memory);
        assertThatThrownBy(() -> Readers.damaged(ImageFormat.PNG, wrapped)).isSameAs(memory);
    }

    @Test
    void decode_damagedFile_keepsTheCause() {
        assertThatThrownBy(() -> ImageDecoder.decode(new byte[] {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF, 0}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("damaged JPEG file");
    }
}
