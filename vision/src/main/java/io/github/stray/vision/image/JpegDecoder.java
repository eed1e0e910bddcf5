// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image;

import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.vision.image.JpegHeader.Colour;
import io.github.stray.vision.image.tiff.TiffImage;
import java.io.IOException;
import java.util.Optional;

/**
 * JPEG by libjpeg-turbo where it is installed, else by the JDK's reader. As soon as the library has anything to say against
 * a file, the reader decides whether it is read: damaged files are refused, or shown, alike with and without the library.
 */
final class JpegDecoder {
    private JpegDecoder() {}

    static Pixels decode(byte[] file) throws IOException {
        return decode(file, JpegLibrary.current().turbo());
    }

    static Pixels decode(byte[] file, Optional<TurboJpeg> turbo) throws IOException {
        TiffImage image = components(file, turbo, new JpegWork());
        byte[] rgb = switch (image.channels()) {
            case 1 -> Grey.toRgb(image.samples());
            case 4 -> Cmyk.toRgb(inverted(image.samples()));
            default -> image.samples();
        };
        return new Pixels(image.width(), image.height(), rgb);
    }

    /** Components of 8 bits as they are stored, but for YCbCr, which becomes RGB, and YCCK, which becomes CMYK. */
    static TiffImage components(byte[] file, JpegWork work) throws IOException {
        return components(file, JpegLibrary.current().turbo(), work);
    }

    private static TiffImage components(byte[] file, Optional<TurboJpeg> turbo, JpegWork work) throws IOException {
        JpegHeader header = JpegHeader.parse(file);
        JpegScans scans = JpegScans.of(file);
        // No decoder asks for an end once it has all rows, and a progressive file without its last scans has all rows.
        if (!scans.end()) {
            throw new DamagedImageException(ImageFormat.JPEG, "it is truncated");
        }
        work.add(header, scans);
        int channels = header.components().size();
        boolean arithmetic = header.coding() == JpegHeader.Coding.ARITHMETIC;
        if (!header.coding().common() && !(arithmetic && turbo.isPresent())) {
            throw new IOException("JPEG files with %s are not read%s; save it as an ordinary JPEG file"
                    .formatted(header.coding().title(), arithmetic ? " without libjpeg-turbo" : ""));
        }
        Optional<TurboJpeg.Decoded> decoded = turbo.isPresent() && (arithmetic || scans.tables())
                ? turbo.get().decode(file, header)
                : Optional.empty();
        if (arithmetic && decoded.filter(ofTurbo -> !ofTurbo.doubtful()).isEmpty()) {
            throw new DamagedImageException(ImageFormat.JPEG, "its arithmetic codes are invalid");
        }
        byte[] samples;
        if (decoded.isPresent() && !decoded.get().doubtful()) {
            samples = decoded.get().samples();
        } else {
            byte[] ofReader = JpegReader.read(file, header);
            samples = decoded.isPresent() ? decoded.get().samples() : ofReader;
        }
        if (decoded.isPresent() && header.colour() == Colour.GREY) {
            samples = everyThird(samples);
        }
        return new TiffImage(header.size().width(), header.size().height(), channels, samples);
    }

    private static byte[] everyThird(byte[] rgb) {
        byte[] grey = new byte[rgb.length / 3];
        for (int i = 0; i < grey.length; i++) {
            grey[i] = rgb[3 * i];
        }
        return grey;
    }

    /**
     * In place. Files store ink inverted, as Adobe's programs write it (255 is no ink), whether or not they carry Adobe's
     * marker: the convention every common reader follows.
     */
    private static byte[] inverted(byte[] cmyk) {
        for (int i = 0; i < cmyk.length; i++) {
            cmyk[i] = (byte) ~cmyk[i];
        }
        return cmyk;
    }
}
