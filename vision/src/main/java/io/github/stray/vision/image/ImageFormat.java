// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image;

import io.github.stray.extract.ImageContent.Pixels;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The formats that are read, told apart by their first bytes. */
enum ImageFormat {
    JPEG("JPEG", (format, file) -> JpegHeader.parse(file).size(), (format, file) -> JpegDecoder.decode(file)),
    PNG("PNG", (format, file) -> PngDecoder.size(file), (format, file) -> PngDecoder.decode(file)),
    GIF("GIF", (format, file) -> GifDecoder.size(file), (format, file) -> GifDecoder.decode(file)),
    BMP("BMP", (format, file) -> BmpDecoder.size(file), (format, file) -> BmpDecoder.decode(file)),
    WEBP("WebP", Readers::size, (format, file) -> WebpDecoder.decode(file)),
    TIFF("TIFF", (format, file) -> TiffDecoder.size(file), (format, file) -> TiffDecoder.decode(file));

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
        if (starts(file, 0, 'I', 'I', 42, 0)
                || starts(file, 0, 'M', 'M', 0, 42)
                || starts(file, 0, 'I', 'I', 43, 0)
                || starts(file, 0, 'M', 'M', 0, 43)) {
            return TIFF;
        }
        if (starts(file, 0, 'B', 'M') && file.length >= 26 && !isText(file)) {
            return BMP;
        }
        throw new IOException("not an image that can be read: " + describe(file)
                + "; formats are JPEG, PNG, GIF, BMP, WebP and TIFF");
    }

    private static String describe(byte[] file) {
        if (file.length == 0) {
            return "the file is empty";
        }
        if (starts(file, 4, 'f', 't', 'y', 'p')) {
            return "it is an ISO media file (HEIC, AVIF or video)";
        }
        if (starts(file, 0, '%', 'P', 'D', 'F')) {
            return "it is a PDF file";
        }
        if (starts(file, 0, 'P', 'K', 3, 4)) {
            return "it is a zip file";
        }
        if (isText(file)) {
            return "it holds text";
        }
        var hex = new StringBuilder();
        for (int i = 0; i < Math.min(8, file.length); i++) {
            hex.append(i == 0 ? "" : " ").append("%02x".formatted(file[i]));
        }
        return "it starts with the bytes " + hex;
    }

    private static boolean isText(byte[] file) {
        int length = Math.min(512, file.length);
        for (char c : new String(file, 0, length, StandardCharsets.ISO_8859_1).toCharArray()) {
            if (c < ' ' && c != '\n' && c != '\r' && c != '\t' && c != '\f') {
                return false;
            }
        }
        return true;
    }

    private static boolean starts(byte[] file, int offset, int... magic) {
        if (file.length < offset + magic.length) {
            return false;
        }
        for (int i = 0; i < magic.length; i++) {
            if ((file[offset + i] & 0xFF) != magic[i]) {
                return false;
            }
        }
        return true;
    }
}
