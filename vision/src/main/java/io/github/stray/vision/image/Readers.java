// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.Map;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * The ImageIO reader of each format, named rather than looked up: which plug-in answers first for a format depends on
 * what else lies on the class path.
 */
final class Readers {
    private static final Map<ImageFormat, ImageReaderSpi> PROVIDERS = providers();

    private Readers() {}

    static ImageReader create(ImageFormat format) throws IOException {
        ImageReaderSpi provider = PROVIDERS.get(format);
        if (provider == null) {
            throw new IOException("this Java runtime has no reader for %s files".formatted(format.title()));
        }
        return provider.createReaderInstance();
    }

    /** The first image; a warning of the reader does not fail it. */
    static BufferedImage read(ImageFormat format, byte[] file) throws IOException {
        ImageReader reader = create(format);
        try (ImageInputStream in = stream(file)) {
            reader.setInput(in, true, true);
            return reader.read(0);
        } catch (IOException e) {
            throw damaged(format, e);
        } finally {
            reader.dispose();
        }
    }

    /** What a reader's failure means: it also dresses up the want of memory as an {@link IOException}. */
    static DamagedImageException damaged(ImageFormat format, IOException e) {
        if (e.getCause() instanceof OutOfMemoryError memory) {
            throw memory;
        }
        return new DamagedImageException(format, oneLine(e), e);
    }

    private static String oneLine(IOException e) {
        String message = e.getMessage();
        Throwable cause = e.getCause();
        if (cause != null && cause.getMessage() != null && (message == null || message.startsWith("Error reading"))) {
            message = cause.getMessage();
        }
        return message == null
                ? e.getClass().getSimpleName()
                : message.strip().lines().findFirst().orElse("");
    }

    static ImageInputStream stream(byte[] file) {
        return new MemoryCacheImageInputStream(new ByteArrayInputStream(file));
    }

    private static Map<ImageFormat, ImageReaderSpi> providers() {
        Map<String, ImageFormat> names = Map.of(
                "com.sun.imageio.plugins.jpeg.JPEGImageReaderSpi", ImageFormat.JPEG,
                "com.sun.imageio.plugins.png.PNGImageReaderSpi", ImageFormat.PNG,
                "com.sun.imageio.plugins.gif.GIFImageReaderSpi", ImageFormat.GIF,
                "com.sun.imageio.plugins.bmp.BMPImageReaderSpi", ImageFormat.BMP,
                "com.sun.imageio.plugins.tiff.TIFFImageReaderSpi", ImageFormat.TIFF);
        var found = new EnumMap<ImageFormat, ImageReaderSpi>(ImageFormat.class);
        Iterator<ImageReaderSpi> all =
                IIORegistry.getDefaultInstance().getServiceProviders(ImageReaderSpi.class, false);
        while (all.hasNext()) {
            ImageReaderSpi provider = all.next();
            ImageFormat format = names.get(provider.getClass().getName());
            if (format != null) {
                found.put(format, provider);
            }
        }
        return found;
    }
}
