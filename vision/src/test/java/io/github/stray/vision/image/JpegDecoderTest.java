// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.vision.SharedData;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Both decoders, each on its own. */
class JpegDecoderTest {
    private static final List<String> ONLY_IMAGEIO = List.of("rgb_4x1_luma_1x4", "cmyk_420");

    @TestFactory
    List<DynamicTest> decode_byLibjpegTurbo_equalsPillow() throws IOException {
        var tests = new ArrayList<DynamicTest>();
        for (GoldenImages.Case one : GoldenImages.of("jpeg")) {
            tests.add(DynamicTest.dynamicTest(one.name(), () -> {
                Optional<TurboJpeg> turbo = InstalledTurboJpeg.require();
                Optional<TurboJpeg.Decoded> samples =
                        turbo.orElseThrow().decode(one.file(), JpegHeader.parse(one.file()));
                assertThat(samples.isPresent()).isEqualTo(!ONLY_IMAGEIO.contains(one.name()));
                assertThat(largestDifference(one, turbo)).isZero();
            }));
        }
        assertThat(tests).hasSizeGreaterThan(30);
        return tests;
    }

    @TestFactory
    List<DynamicTest> decode_byImageIo_equalsPillow() throws IOException {
        var tests = new ArrayList<DynamicTest>();
        for (GoldenImages.Case one : GoldenImages.of("jpeg")) {
            tests.add(DynamicTest.dynamicTest(one.name(), () -> {
                assertThat(largestDifference(one, Optional.empty())).isZero();
            }));
        }
        return tests;
    }

    @Test
    void decode_realPhotographs_isTheSameWithAndWithoutLibjpegTurbo() throws IOException {
        Optional<TurboJpeg> turbo = InstalledTurboJpeg.require();
        int files = 0;
        try (var zip =
                new ZipFile(SharedData.require("data/images/flowers17.zip").toFile())) {
            for (ZipEntry entry : Collections.list(zip.entries())) {
                if (entry.getName().endsWith(".jpg")) {
                    byte[] file = zip.getInputStream(entry).readAllBytes();
                    assertThat(turbo.orElseThrow().decode(file, JpegHeader.parse(file)))
                            .as(entry.getName())
                            .isPresent();
                    assertThat(JpegDecoder.decode(file, turbo).rgb())
                            .isEqualTo(
                                    JpegDecoder.decode(file, Optional.empty()).rgb());
                    files++;
                }
            }
        }
        assertThat(files).isEqualTo(85);
    }

    private static int largestDifference(GoldenImages.Case one, Optional<TurboJpeg> turbo) throws IOException {
        Pixels pixels = Orientation.of(ImageFormat.JPEG, one.file()).apply(JpegDecoder.decode(one.file(), turbo));
        assertThat(pixels.width()).isEqualTo(one.width());
        assertThat(pixels.height()).isEqualTo(one.height());
        int largest = 0;
        for (int i = 0; i < one.rgb().length; i++) {
            largest = Math.max(largest, Math.abs((one.rgb()[i] & 0xFF) - (pixels.rgb()[i] & 0xFF)));
        }
        return largest;
    }

    /**
     * Accepted or refused, and with the same message, with the library as without it. The pixels of accepted ones may differ:
     * a changed byte can make coefficients that no encoder writes, and sums of those overflow differently.
     */
    @TestFactory
    List<DynamicTest> decode_damagedFile_failsAlikeWithAndWithoutLibjpegTurbo() throws IOException {
        var tests = new ArrayList<DynamicTest>();
        for (GoldenImages.Case one : GoldenImages.of("jpeg")) {
            tests.add(DynamicTest.dynamicTest(one.name(), () -> {
                Optional<TurboJpeg> turbo = InstalledTurboJpeg.require();
                var random = new SplittableRandom(one.name().hashCode());
                for (int i = 0; i < 200; i++) {
                    byte[] damaged = damaged(one.file(), random);
                    assertThat(outcome(damaged, turbo))
                            .as("damage %d", i)
                            .isEqualTo(outcome(damaged, Optional.empty()));
                }
            }));
        }
        return tests;
    }

    private static byte[] damaged(byte[] file, SplittableRandom random) {
        byte[] damaged = file.clone();
        switch (random.nextInt(4)) {
            case 0 -> damaged = Arrays.copyOf(file, random.nextInt(3, file.length));
            case 1 -> {
                int from = random.nextInt(2, file.length - 2);
                int gone = random.nextInt(1, Math.min(64, file.length - 1 - from));
                damaged = new byte[file.length - gone];
                System.arraycopy(file, 0, damaged, 0, from);
                System.arraycopy(file, from + gone, damaged, from, damaged.length - from);
            }
            default -> {
                for (int flips = random.nextInt(1, 5); flips > 0; flips--) {
                    damaged[random.nextInt(2, file.length)] = (byte) random.nextInt();
                }
            }
        }
        return damaged;
    }

    private static String outcome(byte[] file, Optional<TurboJpeg> turbo) {
        try {
            Pixels pixels = JpegDecoder.decode(file, turbo);
            return "%d x %d pixels".formatted(pixels.width(), pixels.height());
        } catch (IOException | RuntimeException e) {
            return e.toString();
        }
    }

    @Test
    void decode_otherSizeThanTheHeadersOrGarbage_isLeftToImageIo() throws IOException {
        TurboJpeg turbo = InstalledTurboJpeg.require().orElseThrow();
        byte[] file = GoldenImages.file("jpeg", "rgb_420");
        JpegHeader header = JpegHeader.parse(file);
        assertThat(turbo.decode(file, header)).isPresent();
        ImageSize size = header.size();
        for (ImageSize other : List.of(
                new ImageSize(size.width() + 1, size.height()),
                new ImageSize(size.width(), size.height() - 1),
                new ImageSize(1, 1))) {
            assertThat(turbo.decode(file, with(header, other, header.colour()))).isEmpty();
        }
        assertThat(turbo.decode(file, with(header, size, JpegHeader.Colour.RGB)))
                .isEmpty();
        assertThat(turbo.decode(new byte[0], header)).isEmpty();
        assertThat(turbo.decode(new byte[1000], header)).isEmpty();
    }

    private static JpegHeader with(JpegHeader header, ImageSize size, JpegHeader.Colour colour) {
        return new JpegHeader(size, colour, header.coding(), header.components(), Optional.empty(), Optional.empty());
    }

    /** Nothing looks at profiles; the JDK's reader would check how they are cut. */
    @Test
    void decode_colourProfileNumberedWrongly_isRead() throws IOException {
        Optional<TurboJpeg> turbo = InstalledTurboJpeg.require();
        byte[] file = GoldenImages.file("jpeg", "icc_profile_ignored");
        byte[] before = JpegDecoder.decode(file, Optional.empty()).rgb();
        int number = new String(file, StandardCharsets.ISO_8859_1).indexOf("ICC_PROFILE") + 12;
        file[number] = 9;
        assertThat(JpegDecoder.decode(file, turbo).rgb()).isEqualTo(before);
        assertThat(JpegDecoder.decode(file, Optional.empty()).rgb()).isEqualTo(before);
    }

    /** libjpeg-turbo would decode it with the usual tables, as frames of Motion-JPEG have none. */
    @Test
    void decode_withoutHuffmanTables_isRefusedWithAndWithoutLibjpegTurbo() throws IOException {
        Optional<TurboJpeg> turbo = InstalledTurboJpeg.require();
        byte[] file = GoldenImages.file("jpeg", "rgb_420");
        int at = new String(file, StandardCharsets.ISO_8859_1).indexOf("\u00FF\u00C4");
        file[at + 1] = (byte) 0xFE;
        assertThat(turbo.orElseThrow().decode(file, JpegHeader.parse(file))).isPresent();
        for (Optional<TurboJpeg> decoder : List.of(turbo, Optional.<TurboJpeg>empty())) {
            assertThatThrownBy(() -> JpegDecoder.decode(file, decoder))
                    .hasMessageContaining("Huffman table 0x00 was not defined");
        }
    }

    @Test
    void decode_arithmeticCoding_isRefusedWithAndWithoutLibjpegTurbo() throws IOException {
        Optional<TurboJpeg> turbo = InstalledTurboJpeg.require();
        byte[] file = GoldenImages.file("jpeg", "rgb_444");
        for (int i = 0; i < file.length; i++) {
            if (file[i] == (byte) 0xFF && file[i + 1] == (byte) 0xC0) {
                file[i + 1] = (byte) 0xC9;
                break;
            }
        }
        assertThatThrownBy(() -> JpegDecoder.decode(file, turbo)).isInstanceOf(DamagedImageException.class);
        assertThatThrownBy(() -> JpegDecoder.decode(file, Optional.empty()))
                .hasMessageContaining("arithmetic coding are not read without libjpeg-turbo");
    }

    /** A progressive file of many scans that change nothing costs time for each; encoders write about ten. */
    @Test
    void decode_moreScansThanAreDecoded_isRefusedAtOnce() throws IOException {
        byte[] file = GoldenImages.file("jpeg", "grey_progressive");
        int scan = new String(file, StandardCharsets.ISO_8859_1).lastIndexOf("\u00FF\u00DA");
        var out = new ByteArrayOutputStream();
        out.write(file, 0, file.length - 2);
        for (int i = 0; i < JpegWork.MOST_SCANS; i++) {
            out.write(file, scan, file.length - 2 - scan);
        }
        out.write(file, file.length - 2, 2);
        for (Optional<TurboJpeg> decoder : List.of(InstalledTurboJpeg.require(), Optional.<TurboJpeg>empty())) {
            assertThatThrownBy(() -> JpegDecoder.decode(out.toByteArray(), decoder))
                    .hasMessageContaining("scans, more than the 500 that are decoded");
        }
    }

    @Test
    void add_morePixelsInAllThanAreGoneOver_isRefused() throws IOException {
        JpegHeader header = JpegHeader.parse(GoldenImages.file("jpeg", "progressive"));
        JpegHeader large = with(header, new ImageSize(5000, 4000), header.colour());
        var work = new JpegWork();
        work.add(large, new JpegScans(true, true, 10));
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 40; i++) {
                        work.add(large, new JpegScans(true, true, 10));
                    }
                })
                .hasMessageContaining("10 scans of 5000 x 4000 pixels are more than are decoded");
    }

    /** 152 bytes that ask for 1.6 GB outside the heap. */
    @Test
    void add_coefficientsThatOutgrowTheMemory_isRefusedBeforeAnyIsTaken() throws IOException {
        JpegHeader header = JpegHeader.parse(GoldenImages.file("jpeg", "progressive"));
        int side = (int) Math.min(65_000, Math.sqrt(Runtime.getRuntime().maxMemory() / 4.0));
        JpegHeader large = with(header, new ImageSize(side, side), header.colour());
        assertThatThrownBy(() -> new JpegWork().add(large, new JpegScans(true, true, 1)))
                .hasMessageContaining("not enough memory to decode this JPEG image of %d x %d".formatted(side, side))
                .hasMessageContaining("raise -Xmx");
    }

    @Test
    void decode_fromManyThreads_givesTheSamePixels() throws Exception {
        Optional<TurboJpeg> turbo = InstalledTurboJpeg.require();
        List<GoldenImages.Case> cases = GoldenImages.of("jpeg");
        var work = new ArrayList<Callable<Integer>>();
        for (int repeat = 0; repeat < 50; repeat++) {
            for (GoldenImages.Case one : cases) {
                work.add(() -> largestDifference(one, turbo));
            }
        }
        try (var pool = Executors.newFixedThreadPool(8)) {
            for (Future<Integer> result : pool.invokeAll(work)) {
                assertThat(result.get()).isZero();
            }
        }
    }
}
