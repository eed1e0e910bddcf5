// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.stray.extract.FailedSample;
import io.github.stray.extract.FailedSample.Kind;
import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.extract.SampleException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Why an image is refused, as a program reads it. */
class ImageDecoderKindTest {
    private static Kind kind(byte[] file, long mostPixels) {
        IOException e = catchThrowableOfType(IOException.class, () -> ImageDecoder.decode(file, mostPixels));
        return FailedSample.of("x", e).kind();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<svg xmlns='http://www.w3.org/2000/svg'/>", "not an image at all", "%PDF-1.7"})
    void decode_otherContent_isNotAnImage(String content) {
        assertThat(kind(content.getBytes(UTF_8), 100)).isEqualTo(Kind.NOT_AN_IMAGE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"jpeg", "png", "gif", "bmp", "webp", "tiff"})
    void decode_cutOrLargeFile_saysWhich(String format) throws IOException {
        GoldenImages.Case one = GoldenImages.of(format).getFirst();
        long pixels = (long) one.width() * one.height();
        byte[] file = one.file();
        assertThat(kind(Arrays.copyOf(file, file.length * 2 / 3), pixels)).isEqualTo(Kind.DAMAGED);
        assertThat(kind(file, pixels - 1)).isEqualTo(Kind.TOO_LARGE);
        assertThat(ImageDecoder.decode(file, pixels).rgb()).isEqualTo(one.rgb());
    }

    @Test
    void decode_variantThatIsNotRead_isUnreadable() throws IOException {
        byte[] file = GoldenImages.of("bmp").getFirst().file();
        file[28] = 5;
        assertThat(kind(file, 1 << 20)).isEqualTo(Kind.UNREADABLE);
    }

    @Test
    void decode_jpegOfManyScans_isTooLarge() {
        var work = new JpegWork();
        var header = new JpegHeader(
                new ImageSize(8, 8),
                JpegHeader.Colour.GREY,
                JpegHeader.Coding.PROGRESSIVE,
                List.of(new JpegHeader.Sampling(1, 1)),
                Optional.empty(),
                Optional.empty());
        var scans = new JpegScans(true, true, JpegWork.MOST_SCANS + 1);
        SampleException e = catchThrowableOfType(SampleException.class, () -> work.add(header, scans));
        assertThat(e.kind()).isEqualTo(Kind.TOO_LARGE);
        var vast = new JpegHeader(
                new ImageSize(60_000, 60_000),
                JpegHeader.Colour.GREY,
                JpegHeader.Coding.PROGRESSIVE,
                header.components(),
                header.exif(),
                header.xmp());
        SampleException full =
                catchThrowableOfType(SampleException.class, () -> work.add(vast, new JpegScans(true, true, 2)));
        assertThat(full.kind()).isEqualTo(Kind.NO_MEMORY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rgb", "rgba_alpha_dropped", "grey", "palette", "grey16_clipped", "grey_alpha16", "rgba16"})
    void pixels_imageThatImageIoRead_areThoseOfItsFile(String name) throws IOException {
        byte[] file = GoldenImages.file("png", name);
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(file));
        assertThat(ImageDecoder.pixels(image, 1 << 20).rgb())
                .isEqualTo(ImageDecoder.decode(file).rgb());
    }

    @Test
    void pixels_everyTypeOfImage_givesItsColours() throws IOException {
        for (int type : new int[] {
            BufferedImage.TYPE_INT_RGB,
            BufferedImage.TYPE_INT_BGR,
            BufferedImage.TYPE_3BYTE_BGR,
            BufferedImage.TYPE_INT_ARGB,
            BufferedImage.TYPE_INT_ARGB_PRE,
            BufferedImage.TYPE_4BYTE_ABGR,
            BufferedImage.TYPE_4BYTE_ABGR_PRE
        }) {
            var image = new BufferedImage(3, 2, type);
            image.setRGB(1, 1, 0xFF102030);
            Pixels pixels = ImageDecoder.pixels(image, 6);
            assertThat(Arrays.copyOfRange(pixels.rgb(), 12, 15))
                    .as("type %d", type)
                    .containsExactly(16, 32, 48);
            if (image.getColorModel().hasAlpha()) {
                image.setRGB(1, 1, 0x80FF8000);
                byte[] half = ImageDecoder.pixels(image, 6).rgb();
                assertThat(half[12] & 255).as("type %d", type).isEqualTo(255);
            }
        }
        SampleException e = catchThrowableOfType(
                SampleException.class,
                () -> ImageDecoder.pixels(new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB), 5));
        assertThat(e.kind()).isEqualTo(Kind.TOO_LARGE);
        assertThat(e).hasMessage("3 x 2 pixels are more than the 5 that are decoded");
    }
}
