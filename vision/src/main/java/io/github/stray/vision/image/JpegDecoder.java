// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image;

import io.github.stray.extract.ImageContent.Pixels;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/**
 * JPEG: components from the JDK's reader as a raster, colours computed here. The reader's own conversion would apply
 * colour profiles, refuse CMYK and guess the colour space differently from libjpeg.
 *
 * <p>Where libjpeg-turbo is installed it decodes first. As soon as it has anything to say against a file, its result is
 * dropped and the JDK's reader decides: damaged files are refused, or shown, alike with and without the library.
 */
final class JpegDecoder {
    private JpegDecoder() {}

    static Pixels decode(byte[] file) throws IOException {
        return decode(file, JpegLibrary.current().turbo());
    }

    static Pixels decode(byte[] file, Optional<TurboJpeg> turbo) throws IOException {
        JpegHeader header = JpegHeader.parse(file);
        JpegScans scans = JpegScans.of(file);
        // The reader does not ask for an end once it has all rows, and shows a progressive file without its last scans.
        if (!scans.end()) {
            throw new DamagedImageException(ImageFormat.JPEG, "it is truncated");
        }
        if (turbo.isPresent() && header.common() && scans.tables()) {
            Optional<byte[]> samples = turbo.get().decode(file, header);
            if (samples.isPresent()) {
                byte[] rgb = switch (header.colour()) {
                    case GREY, RGB, YCBCR -> samples.get();
                    case CMYK, YCCK -> cmyk(samples.get(), false);
                };
                return new Pixels(header.size().width(), header.size().height(), rgb);
            }
        }
        return ofReader(file, header.colour());
    }

    private static Pixels ofReader(byte[] file, JpegHeader.Colour colour) throws IOException {
        Raster raster = readComponents(file);
        byte[] samples = ((DataBufferByte) raster.getDataBuffer()).getData();
        byte[] rgb = switch (colour) {
            case GREY -> grey(samples);
            case RGB -> samples;
            case YCBCR -> ycbcr(samples);
            case CMYK -> cmyk(samples, false);
            case YCCK -> cmyk(samples, true);
        };
        return new Pixels(raster.getWidth(), raster.getHeight(), rgb);
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

    private static byte[] grey(byte[] samples) {
        byte[] rgb = new byte[Math.multiplyExact(3, samples.length)];
        for (int i = 0, to = 0; i < samples.length; i++, to += 3) {
            rgb[to] = samples[i];
            rgb[to + 1] = samples[i];
            rgb[to + 2] = samples[i];
        }
        return rgb;
    }

    /** In place. */
    private static byte[] ycbcr(byte[] samples) {
        for (int at = 0; at < samples.length; at += 3) {
            int y = samples[at] & 0xFF;
            int cb = samples[at + 1] & 0xFF;
            int cr = samples[at + 2] & 0xFF;
            samples[at] = (byte) Ycbcr.red(y, cr);
            samples[at + 1] = (byte) Ycbcr.green(y, cb, cr);
            samples[at + 2] = (byte) Ycbcr.blue(y, cb);
        }
        return samples;
    }

    /**
     * Files store ink inverted, as Adobe's programs write it (255 is no ink), whether or not they carry Adobe's marker:
     * the convention every common reader follows. YCCK first gives C = 255 - R and so on; inverting that again leaves R.
     */
    private static byte[] cmyk(byte[] samples, boolean ycck) {
        byte[] rgb = new byte[samples.length / 4 * 3];
        for (int at = 0, to = 0; at < samples.length; at += 4, to += 3) {
            int first = samples[at] & 0xFF;
            int second = samples[at + 1] & 0xFF;
            int third = samples[at + 2] & 0xFF;
            int light = samples[at + 3] & 0xFF;
            int cyan = ycck ? Ycbcr.red(first, third) : 255 - first;
            int magenta = ycck ? Ycbcr.green(first, second, third) : 255 - second;
            int yellow = ycck ? Ycbcr.blue(first, second) : 255 - third;
            rgb[to] = Cmyk.channel(cyan, light);
            rgb[to + 1] = Cmyk.channel(magenta, light);
            rgb[to + 2] = Cmyk.channel(yellow, light);
        }
        return rgb;
    }
}
