// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image;

import io.github.stray.vision.image.JpegHeader.Colour;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/**
 * JPEG by the JDK's reader: components as a raster, colours computed here. The reader's own conversion would apply colour
 * profiles, refuse CMYK and guess the colour space differently from libjpeg.
 */
final class JpegReader {
    private JpegReader() {}

    /** Components of 8 bits as they are stored, but for YCbCr, which becomes RGB, and YCCK, which becomes CMYK. */
    static byte[] read(byte[] file, JpegHeader header) throws IOException {
        Raster raster = readComponents(withoutProfiles(file));
        byte[] samples = ((DataBufferByte) raster.getDataBuffer()).getData();
        int channels = header.components().size();
        if (raster.getNumBands() != channels
                || samples.length != (long) channels * header.size().pixels()) {
            throw new DamagedImageException(ImageFormat.JPEG, "its frame is not the one its header states");
        }
        for (int component = 0; component < channels; component++) {
            if (header.halfRows(component)) {
                smooth(samples, header.size(), channels, component);
            }
        }
        if (header.colour() == Colour.YCBCR || header.colour() == Colour.YCCK) {
            toRgb(samples, channels);
        }
        return samples;
    }

    private static Raster readComponents(byte[] file) throws IOException {
        ImageReader reader = Readers.create(ImageFormat.JPEG);
        var truncation = new AtomicReference<String>();
        Raster raster;
        try (ImageInputStream in = Readers.stream(file)) {
            reader.addIIOReadWarningListener((source, warning) -> {
                if (warning.contains("Premature end") || warning.contains("premature end")) {
                    truncation.set(warning);
                }
            });
            reader.setInput(in, true, true);
            raster = reader.readRaster(0, null);
        } catch (IOException e) {
            throw Readers.damaged(ImageFormat.JPEG, e);
        } finally {
            reader.dispose();
        }
        if (truncation.get() != null) {
            throw new DamagedImageException(ImageFormat.JPEG, "image data is missing inside");
        }
        return raster;
    }

    /** Nothing is done with colour profiles, but the reader refuses files over how they are cut into parts. */
    private static byte[] withoutProfiles(byte[] file) {
        var out = new ByteArrayOutputStream(file.length);
        out.write(file, 0, 2);
        int at = 2;
        while (at + 3 < file.length && (file[at] & 0xFF) == 0xFF) {
            int marker = file[at + 1] & 0xFF;
            int length = 2 + (((file[at + 2] & 0xFF) << 8) | (file[at + 3] & 0xFF));
            if (marker < 0xC0 || marker == 0xDA || marker == 0xFF || length > file.length - at) {
                break;
            }
            if (marker != 0xE2) {
                out.write(file, at, length);
            }
            at += length;
        }
        out.write(file, at, file.length - at);
        return out.toByteArray();
    }

    /**
     * Interpolates a component of half the rows, of which the reader repeats each, as libjpeg-turbo does: three parts of
     * the row that is nearer and one of the other.
     */
    private static void smooth(byte[] samples, ImageSize size, int channels, int component) {
        int row = size.width() * channels;
        byte[] before = samples.clone();
        int last = (size.height() - 1) / 2;
        for (int y = 0; y < size.height(); y++) {
            int near = y / 2;
            int other = Math.clamp(y % 2 == 0 ? near - 1 : near + 1, 0, last);
            int bias = y % 2 == 0 ? 1 : 2;
            for (int x = component; x < row; x += channels) {
                int sum = 3 * (before[2 * near * row + x] & 0xFF) + (before[2 * other * row + x] & 0xFF);
                samples[y * row + x] = (byte) ((sum + bias) >> 2);
            }
        }
    }

    /** In place. Of YCCK come C = 255 - R and so on, black as it is. */
    private static void toRgb(byte[] samples, int channels) {
        int flip = channels == 4 ? 255 : 0;
        for (int at = 0; at < samples.length; at += channels) {
            int y = samples[at] & 0xFF;
            int cb = samples[at + 1] & 0xFF;
            int cr = samples[at + 2] & 0xFF;
            samples[at] = (byte) (Ycbcr.red(y, cr) ^ flip);
            samples[at + 1] = (byte) (Ycbcr.green(y, cb, cr) ^ flip);
            samples[at + 2] = (byte) (Ycbcr.blue(y, cb) ^ flip);
        }
    }
}
