// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image;

import static io.github.stray.vision.image.OtherFormats.starts;

import io.github.stray.extract.FailedSample.Kind;
import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.extract.SampleException;
import io.github.stray.vision.image.heif.Brand;
import java.io.IOException;
import java.util.Optional;

/** The formats that are read, told apart by their first bytes. */
enum ImageFormat {
    JPEG("JPEG", (format, file) -> JpegHeader.parse(file).size(), (format, file) -> JpegDecoder.decode(file)),
    PNG("PNG", (format, file) -> PngDecoder.size(file), (format, file) -> PngDecoder.decode(file)),
    GIF("GIF", (format, file) -> GifDecoder.size(file), (format, file) -> GifDecoder.decode(file)),
    BMP("BMP", (format, file) -> BmpDecoder.size(file), (format, file) -> BmpDecoder.decode(file)),
    WEBP("WebP", (format, file) -> WebpDecoder.size(file), (format, file) -> WebpDecoder.decode(file)),
    TIFF("TIFF", (format, file) -> TiffDecoder.size(file), (format, file) -> TiffDecoder.decode(file)),
    HEIC("HEIC", HeifReader::size, HeifReader::decode),
    AVIF("AVIF", HeifReader::size, HeifReader::decode);

    /** Reads something out of a file of a format. */
    private interface Reader<T> {
        T read(ImageFormat format, byte[] file) throws IOException;
    }

    private final String title;

    @SuppressWarnings("ImmutableEnumChecker") // readers are functions without state
    private final Reader<ImageSize> size;

    @SuppressWarnings("ImmutableEnumChecker")
    private final Reader<Pixels> pixels;

    ImageFormat(String title, Reader<ImageSize> size, Reader<Pixels> pixels) {
        this.title = title;
        this.size = size;
        this.pixels = pixels;
    }

    String title() {
        return title;
    }

    /** The size from the header, without decoding pixels. */
    ImageSize size(byte[] file) throws IOException {
        return size.read(this, file);
    }

    /** The pixels as stored, not yet turned upright. */
    Pixels decode(byte[] file) throws IOException {
        return pixels.read(this, file);
    }

    static ImageFormat of(byte[] file) throws IOException {
        if (starts(file, 0, 0xFF, 0xD8, 0xFF)) {
            return JPEG;
        }
        if (starts(file, 0, 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n')) {
            return PNG;
        }
        if (starts(file, 0, 'G', 'I', 'F', '8')) {
            return GIF;
        }
        if (starts(file, 0, 'R', 'I', 'F', 'F') && starts(file, 8, 'W', 'E', 'B', 'P')) {
            return WEBP;
        }
        boolean tiff = starts(file, 0, 'I', 'I', 42, 0)
                || starts(file, 0, 'M', 'M', 0, 42)
                || starts(file, 0, 'I', 'I', 43, 0)
                || starts(file, 0, 'M', 'M', 0, 43);
        if (tiff && OtherFormats.cameraRaw(file).isEmpty()) {
            return TIFF;
        }
        if (starts(file, 0, 'B', 'M') && file.length >= 26 && !OtherFormats.isText(file)) {
            return BMP;
        }
        Optional<Brand> brand = Brand.of(file);
        if (brand.isPresent()) {
            return switch (brand.get()) {
                case HEIC -> HEIC;
                case AVIF -> AVIF;
            };
        }
        throw new SampleException(
                Kind.NOT_AN_IMAGE,
                "not an image that can be read: " + OtherFormats.describe(file)
                        + "; formats are JPEG, PNG, GIF, BMP, WebP, TIFF, HEIC and AVIF");
    }
}
