// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.heif;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.extract.SampleException;
import io.github.stray.vision.image.ImageDecoder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class HeifDecoderTest {
    private static final long MOST = ImageDecoder.MAX_PIXELS;

    @BeforeAll
    static void requireLibrary() {
        HeifCases.requireLibrary();
    }

    /** Measured: equal, but for the rounding of matrices that libheif and libavif compute in float. */
    @TestFactory
    List<DynamicTest> decode_equalsPillowHeifAndPillow() throws IOException {
        var tests = new ArrayList<DynamicTest>();
        for (HeifCases.Case one : HeifCases.all()) {
            tests.add(DynamicTest.dynamicTest(one.kind() + " " + one.name(), () -> {
                Pixels pixels = ImageDecoder.decode(one.file());
                assertThat(pixels.width()).isEqualTo(one.width());
                assertThat(pixels.height()).isEqualTo(one.height());
                assertThat(largestDifference(one, pixels)).isLessThanOrEqualTo(1);
            }));
        }
        assertThat(tests).hasSizeGreaterThan(100);
        return tests;
    }

    private static int largestDifference(HeifCases.Case one, Pixels pixels) {
        int largest = 0;
        for (int i = 0; i < one.samples().length; i++) {
            int expected = one.samples()[i] & 0xFF;
            largest = Math.max(largest, Math.abs(expected - (pixels.rgb()[i * one.step()] & 0xFF)));
        }
        return largest;
    }

    @Test
    void decode_fromManyThreads_givesTheSamePixels() throws Exception {
        var work = new ArrayList<Callable<Integer>>();
        for (HeifCases.Case one : HeifCases.all()) {
            work.add(() -> largestDifference(one, ImageDecoder.decode(one.file())));
        }
        try (var pool = Executors.newFixedThreadPool(8)) {
            for (Future<Integer> result : pool.invokeAll(work)) {
                assertThat(result.get()).isLessThanOrEqualTo(1);
            }
        }
    }

    @Test
    void decode_truncatedAnywhere_isRefused() throws IOException {
        for (String kind : List.of("heic", "avif")) {
            byte[] file = HeifCases.file(kind, "grid");
            for (int length = 16; length < file.length; length += 97) {
                byte[] part = Arrays.copyOf(file, length);
                assertThatThrownBy(() -> ImageDecoder.decode(part))
                        .as("%s, %d of %d bytes", kind, length, file.length)
                        .isInstanceOf(IOException.class)
                        .hasMessageStartingWith("damaged " + (kind.equals("heic") ? "HEIC" : "AVIF") + " file: ");
            }
        }
    }

    @Test
    void decode_dataCutOff_saysTruncated() throws IOException {
        byte[] file = HeifCases.file("heic", "420_8_bits");
        assertThatThrownBy(() -> ImageDecoder.decode(Arrays.copyOf(file, file.length - 20)))
                .hasMessage("damaged HEIC file: it is truncated (%d of %d bytes)", file.length - 20, file.length);
    }

    /** Everything that a header claims is looked at before anything is allocated for it. */
    @Test
    void size_hugeImage_isSeenBeforeDecoding() throws IOException {
        byte[] file = HeifCases.file("avif", "420_8_bits");
        int ispe = find(file, "ispe") + 8;
        ByteBuffer.wrap(file).putInt(ispe, 60_000).putInt(ispe + 4, 50_000);
        assertThat(HeifDecoder.size(file)).isEqualTo(new HeifSize(60_000, 50_000));
        assertThatThrownBy(() -> ImageDecoder.decode(file))
                .hasMessage("60000 x 50000 pixels are more than the 178956970 that are decoded");
    }

    @Test
    void decode_pictureOfAnotherSizeThanStated_isRefusedBeforeLibheifSeesIt() throws IOException {
        for (String kind : List.of("heic", "avif")) {
            for (int stated : new int[] {3_000, 10}) {
                byte[] file = HeifCases.file(kind, "420_8_bits");
                ByteBuffer.wrap(file).putInt(find(file, "ispe") + 8, stated);
                assertThatThrownBy(() -> ImageDecoder.decode(file))
                        .hasMessageContaining("it states %d x", stated)
                        .hasMessageContaining("pixels, the picture in it has 64 x");
            }
        }
    }

    /** A small image around a large picture would be a bomb: the picture's own header is asked. */
    @Test
    void decode_pictureAboveTheLimit_isRefusedBeforeLibheifSeesIt() throws IOException {
        for (String kind : List.of("heic", "avif")) {
            byte[] file = HeifCases.file(kind, "420_8_bits");
            assertThat(HeifDecoder.decode(file, MOST).width()).isEqualTo(64);
            assertThatThrownBy(() -> HeifDecoder.decode(file, 1_000))
                    .hasMessageEndingWith("pixels are more than the 1000 that are decoded");
        }
    }

    @Test
    void outside_growsWithPixelsAndDepth() {
        LibHeif library = HeifCases.requireLibrary();
        var picture = new CodedPicture(8_000, 8_000, Subsampling.CHROMA_420, 8, Optional.empty());
        assertThat(library.outside(picture)).isIn(192_000_000L, 384_000_000L);
        assertThat(library.outside(new CodedPicture(8_000, 8_000, Subsampling.CHROMA_420, 10, Optional.empty())))
                .isEqualTo(2 * library.outside(picture));
        assertThat(library.outside(new CodedPicture(8_000, 8_000, Subsampling.CHROMA_444, 8, Optional.empty())))
                .isEqualTo(library.outside(picture) + 192_000_000);
    }

    /** The heap is no limit for what libheif allocates, so it is made one. */
    @Test
    void decode_pictureThatNeedsMoreOutsideTheHeapThanTheHeapIsLarge_isRefusedBeforeLibheifSeesIt() throws IOException {
        for (String kind : List.of("heic", "avif")) {
            byte[] file = HeifCases.file(kind, "420_8_bits");
            assertThat(HeifDecoder.decode(file, MOST, 1 << 20).width()).isEqualTo(64);
            assertThatThrownBy(() -> HeifDecoder.decode(file, MOST, 10_000))
                    .isInstanceOf(SampleException.class)
                    .hasMessageMatching(
                            "not enough memory to decode this picture of 64 x \\d+ pixels \\(0 MB outside the heap, 0 MB allowed\\); raise -Xmx");
        }
    }

    @Test
    void decode_gridOf65536Tiles_isRefused() throws IOException {
        byte[] file = HeifCases.file("heic", "grid");
        int grid = find(file, "idat") + 4;
        file[grid + 2] = (byte) 255;
        file[grid + 3] = (byte) 255;
        assertThatThrownBy(() -> ImageDecoder.decode(file))
                .hasMessage("damaged HEIC file: its grid has 256 x 256 tiles and names 4 images");
    }

    @Test
    void decode_gridThatItsTilesDoNotFill_isRefused() throws IOException {
        byte[] file = HeifCases.file("heic", "grid");
        ByteBuffer.wrap(file).putShort(find(file, "idat") + 4 + 4, (short) 400);
        assertThatThrownBy(() -> ImageDecoder.decode(file))
                .hasMessage("damaged HEIC file: its 2 x 2 tiles of 64 x 64 pixels do not make an image of 400 x 128");
    }

    /** libheif stretches the samples of such a picture once, and of the same one turned twice. */
    @Test
    void decode_gridOfLimitedRange_hasTheSameLevelsTurned() throws IOException {
        byte[] file = HeifCases.file("heic", "grid_422_limited");
        Pixels upright = ImageDecoder.decode(file);
        file[find(file, "irot") + 4] = 1;
        Pixels turned = ImageDecoder.decode(file);
        assertThat(turned.width()).isEqualTo(upright.height());
        byte[] expected = Move.turn(upright.width(), upright.height(), 1).ofRgb(upright.rgb());
        assertThat(turned.rgb()).isEqualTo(expected);
    }

    @Test
    void decode_imageDerivedFromItself_isRefused() throws IOException {
        byte[] file = HeifCases.file("heic", "identity");
        file[find(file, "dimg") + 4 + 5] = 1;
        assertThatThrownBy(() -> ImageDecoder.decode(file))
                .hasMessageContaining("derived from itself, or from too many others in turn");
    }

    @Test
    void decode_itemsBeyondCounting_areRefused() throws IOException {
        byte[] file = HeifCases.file("avif", "420_8_bits");
        ByteBuffer.wrap(file).putShort(find(file, "iloc") + 10, (short) 0xFFFF);
        assertThatThrownBy(() -> ImageDecoder.decode(file))
                .hasMessage("damaged AVIF file: it has 65535 items, expected 20000 at most");
    }

    @Test
    void decode_otherCodec_isNamed() throws IOException {
        byte[] file = HeifCases.file("heic", "420_8_bits");
        int type = find(file, "infe") + 12;
        System.arraycopy("vvc1".getBytes(StandardCharsets.US_ASCII), 0, file, type, 4);
        assertThatThrownBy(() -> ImageDecoder.decode(file))
                .hasMessage("it holds an image of codec 'vvc1', and only HEVC and AV1 are read");
    }

    @Test
    void decode_boxNamedByControlCharacters_isReportedInOneLine() throws IOException {
        byte[] file = HeifCases.file("avif", "420_8_bits");
        int inside = find(file, "iprp") + 4;
        ByteBuffer.wrap(file)
                .putInt(inside, 1 << 20)
                .put(inside + 4, (byte) '\n')
                .put(inside + 5, (byte) 27);
        assertThatThrownBy(() -> ImageDecoder.decode(file))
                .hasMessage("damaged AVIF file: its '??co' box is larger than the 'iprp' box it lies in");
    }

    @Test
    void decode_damagedPicture_saysWhatLibheifSays() throws IOException {
        byte[] file = HeifCases.file("avif", "444_8_bits");
        int data = find(file, "mdat") + 4;
        var outcomes = new ArrayList<String>();
        for (int at = data; at < data + 40; at++) {
            byte[] damaged = file.clone();
            damaged[at] ^= (byte) 0xFF;
            outcomes.add(HeifMutants.outcome(damaged));
        }
        assertThat(outcomes)
                .anySatisfy(outcome ->
                        assertThat(outcome).startsWith("damaged AVIF file: its picture cannot be decoded (libheif: "))
                .doesNotContain("nothing");
    }

    @Test
    void decode_mutants_givePixelsOrAnIOException() throws IOException {
        List<HeifCases.Case> cases = HeifCases.all();
        for (int i = 0; i < 400; i++) {
            byte[] mutant = HeifMutants.of(cases.get(i % cases.size()).file(), new SplittableRandom(i));
            assertThat(HeifMutants.outcome(mutant)).as("mutant %d", i).isNotEqualTo("nothing");
        }
    }

    /** Where the first box of this type names it. */
    private static int find(byte[] file, String type) {
        int at = new String(file, StandardCharsets.ISO_8859_1).indexOf(type);
        assertThat(at).as(type).isPositive();
        return at;
    }
}
