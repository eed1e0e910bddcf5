// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image;

import io.github.stray.extract.FailedSample.Kind;
import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.extract.SampleException;
import io.github.stray.vision.image.heif.HeifDecoder;
import java.awt.image.BufferedImage;
import java.awt.image.WritableRaster;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Decodes JPEG, PNG, GIF (first frame), BMP, WebP, TIFF (first page), HEIC and AVIF (primary image) to 8-bit RGB. The
 * format is told from the content, never from a file name. HEIC and AVIF need the system's libheif. Safe for concurrent use; images above {@value #LARGE_PIXELS} pixels are decoded one
 * at a time, so that several threads do not need the memory of several panoramas at once.
 *
 * <p><b>Conversion.</b> As Pillow's {@code convert("RGB")} does it, after turning the image upright by the
 * orientation in its EXIF or XMP data: palettes are looked up, grey is replicated, alpha and transparent colours are dropped (not composited),
 * CMYK becomes {@code (255 - c)(255 - k) / 255}, colour profiles and gamma are ignored. Samples of 16 bits keep their
 * upper byte, with Pillow's one exception: plain 16-bit grey (no alpha) is <em>clipped</em> to 255, so it is white
 * wherever it exceeds 255; rescale such images first.
 *
 * <p><b>Accuracy against Pillow.</b> Equal pixels for JPEG, PNG, GIF, BMP, TIFF and WebP. JPEG is equal whichever
 * of {@link #jpegDecoder} decodes it (the same inverse DCT, chroma interpolation and colour conversion; all 2,453 JPEGs of a
 * collection of real images are).
 *
 * <p>HEIC is equal to pillow-heif 1.8 (libheif 1.23), AVIF to Pillow 13 (libavif 1.4), within 1 level. Their orientation is the container's ({@code irot},
 * {@code imir}), never that of EXIF data; AVIF follows XMP data where the container turns nothing and EXIF data say nothing.
 *
 * <p><b>Refused.</b> By name what is right but not read: TIFF files of CIE L*a*b*, of RGB with more than 16 bits and of rare
 * compressions, JPEG files without loss or of more than 8 bits.
 *
 * <p><b>Damage.</b> Files that end early and files whose checksums do not match are refused, also where some decoders
 * would return the part that arrived. Damage that leaves a complete JPEG file is seen by neither decoder, and its pixels may
 * then differ between them; both refuse the same files with the same message.
 */
public final class ImageDecoder {
    /** Largest number of pixels that is decoded; twice the size at which Pillow warns, the size at which it refuses. */
    public static final long MAX_PIXELS = 178_956_970L;

    private static final long LARGE_PIXELS = 16_000_000L;
    private static final ReentrantLock LARGE = new ReentrantLock();

    private ImageDecoder() {}

    /**
     * {@return the pixels of an image file, upright}
     *
     * @param file all bytes of the file
     * @throws IOException if it is not an image in a known format, is damaged or too large; the message is one line for
     *     a user, and a {@link SampleException} says which of these it is
     */
    public static Pixels decode(byte[] file) throws IOException {
        return decode(file, MAX_PIXELS);
    }

    /**
     * {@return the pixels of an image file, upright}
     *
     * @param file all bytes of the file
     * @param mostPixels largest number of pixels to decode; above {@link #MAX_PIXELS} that holds instead
     * @throws IOException as {@link #decode(byte[])}
     */
    public static Pixels decode(byte[] file, long mostPixels) throws IOException {
        long most = Math.min(mostPixels, MAX_PIXELS);
        ImageFormat format = ImageFormat.of(file);
        try {
            ImageSize size = format.size(file);
            requireAtMost(most, size.width(), size.height());
            if (size.pixels() <= LARGE_PIXELS) {
                return decode(format, file);
            }
            LARGE.lock();
            try {
                return decode(format, file);
            } finally {
                LARGE.unlock();
            }
        } catch (RuntimeException e) {
            throw new SampleException(
                    Kind.DAMAGED,
                    "damaged %s file (%s)"
                            .formatted(format.title(), e.getClass().getSimpleName()),
                    e);
        } catch (OutOfMemoryError e) {
            throw new SampleException(
                    Kind.NO_MEMORY,
                    "not enough memory to decode this %s file; raise -Xmx".formatted(format.title()),
                    e);
        }
    }

    /**
     * {@return the opacity of each pixel of a PNG file, row by row, 255 being opaque; empty for other formats}
     *
     * @param file all bytes of a file that {@link #decode(byte[])} decodes
     * @throws IOException as {@link #decode(byte[])}
     */
    public static Optional<byte[]> alpha(byte[] file) throws IOException {
        return ImageFormat.of(file) == ImageFormat.PNG ? Optional.of(PngDecoder.alpha(file)) : Optional.empty();
    }

    /**
     * {@return the pixels of an image that was decoded already, as those of its file would be: alpha dropped, palettes looked
     * up}
     *
     * @param image any but one of floating-point numbers
     * @param mostPixels largest number of pixels to take; above {@link #MAX_PIXELS} that holds instead
     * @throws IOException if it is too large or holds what is not read, as {@link #decode(byte[])}
     */
    public static Pixels pixels(BufferedImage image, long mostPixels) throws IOException {
        requireAtMost(Math.min(mostPixels, MAX_PIXELS), image.getWidth(), image.getHeight());
        try {
            boolean alpha = image.getColorModel().hasAlpha();
            return RasterToRgb.convert(
                    image.isAlphaPremultiplied() ? straight(image) : image,
                    alpha ? RasterToRgb.Grey16.UPPER_BYTE : RasterToRgb.Grey16.CLIP);
        } catch (OutOfMemoryError e) {
            throw new SampleException(Kind.NO_MEMORY, "not enough memory to copy this image; raise -Xmx", e);
        }
    }

    /** Of an image whose colours were multiplied by their alpha, a copy with the colours themselves. */
    private static BufferedImage straight(BufferedImage image) {
        WritableRaster raster = image.copyData(null);
        return new BufferedImage(image.getColorModel().coerceData(raster, false), raster, false, null);
    }

    private static void requireAtMost(long most, int width, int height) throws SampleException {
        if ((long) width * height > most) {
            throw new SampleException(
                    Kind.TOO_LARGE,
                    "%d x %d pixels are more than the %d that are decoded".formatted(width, height, most));
        }
    }

    /**
     * What decodes JPEG files in this process. It is chosen once: libjpeg-turbo where its library {@code libturbojpeg} is
     * installed and native access is enabled ({@code --enable-native-access=ALL-UNNAMED}, on the module path {@code
     * io.github.stray.vision}), else ImageIO, unless the system property {@code stray.jpeg} or the environment variable
     * {@code STRAY_JPEG} says {@code imageio} or {@code turbo}.
     *
     * @return for example {@code libjpeg-turbo (libturbojpeg.so.0)} or {@code ImageIO (libturbojpeg is not installed)}
     * @throws IOException if the forced one cannot be used, as every JPEG file then fails with this message
     */
    public static String jpegDecoder() throws IOException {
        return JpegLibrary.current().description();
    }

    /**
     * What of this system decodes images in this process: other files can be read, or no longer, where it changes. Pixels stay
     * the same.
     *
     * @return for example {@code JPEG by libjpeg-turbo (libturbojpeg.so.0), HEIC by libheif 1.15.1 (libheif.so.1), AVIF not at all}
     */
    public static String libraries() {
        String jpeg;
        try {
            jpeg = "by " + jpegDecoder();
        } catch (IOException notRead) {
            jpeg = "not at all";
        }
        return "JPEG %s, %s".formatted(jpeg, HeifDecoder.library());
    }

    private static Pixels decode(ImageFormat format, byte[] file) throws IOException {
        return Orientation.of(format, file).apply(format.decode(file));
    }
}
