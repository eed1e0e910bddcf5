// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image;

import io.github.stray.extract.ImageContent.Pixels;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/**
 * JPEG: components from the JDK's reader as a raster, colours computed here. The reader's own conversion would apply
 * colour profiles, refuse CMYK and guess the colour space differently from libjpeg.
 */
final class JpegDecoder {
    private JpegDecoder() {}

    static Pixels decode(byte[] file) throws IOException {
        JpegHeader header = JpegHeader.parse(file);
        if (!reachesEnd(file)) {
            throw new DamagedImageException(ImageFormat.JPEG, "it is truncated");
        }
        Raster raster = readComponents(file);
        int width = raster.getWidth();
        int height = raster.getHeight();
        byte[] samples = ((DataBufferByte) raster.getDataBuffer()).getData();
        byte[] rgb = switch (header.colour()) {
            case GREY -> grey(samples);
            case RGB -> samples;
            case YCBCR -> ycbcr(samples);
            case CMYK -> cmyk(samples, false);
            case YCCK -> cmyk(samples, true);
        };
        return new Pixels(width, height, rgb);
    }

    /**
     * Whether the segments and scans lead to an end-of-image marker. The reader does not ask for it once it has all rows,
     * and shows a progressive file without its last scans as if it were whole.
     */
    private static boolean reachesEnd(byte[] file) {
        int at = 2;
        while (at + 1 < file.length) {
            int marker = file[at + 1] & 0xFF;
            if ((file[at] & 0xFF) != 0xFF || marker == 0xFF) {
                at++;
            } else if (marker == 0xD9) {
                return true;
            } else if (marker <= 0x01 || (marker >= 0xD0 && marker <= 0xD8)) {
                at += 2;
            } else if (at + 3 < file.length) {
                at += 2 + (((file[at + 2] & 0xFF) << 8) | (file[at + 3] & 0xFF));
            } else {
                return false;
            }
        }
        return false;
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
