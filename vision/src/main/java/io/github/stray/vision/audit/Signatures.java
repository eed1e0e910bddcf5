// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.audit;

import io.github.stray.audit.ImageSignature;
import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.provenance.Sha256;
import io.github.stray.vision.image.FileProperties;
import io.github.stray.vision.image.ImageDecoder;
import io.github.stray.vision.preprocess.Interpolation;
import io.github.stray.vision.preprocess.Resampling;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;

/** Makes signatures of images. */
public final class Signatures {
    private Signatures() {}

    /**
     * {@return the signature of one image, all of it opaque}
     *
     * @param image its pixels
     * @param file SHA-256 of its file, empty if there is none
     */
    public static ImageSignature of(Pixels image, String file) {
        return of(image, file, new byte[0]);
    }

    /**
     * {@return the signature of an image file} Transparent pixels count by their opacity, and are seen on white; where only
     * the file knows it (all formats but PNG), no other file has the same pixels.
     *
     * @param file all bytes
     * @param image what it decodes to
     * @param properties of the file
     * @throws IOException if it cannot be decoded
     */
    static ImageSignature of(byte[] file, Pixels image, FileProperties properties) throws IOException {
        String digest = Sha256.of(file);
        if (!properties.transparent()) {
            return of(image, digest);
        }
        Optional<byte[]> alpha = ImageDecoder.alpha(file);
        if (alpha.isEmpty()) {
            return of(image, digest, digest.getBytes(StandardCharsets.US_ASCII));
        }
        return isOpaque(alpha.get()) ? of(image, digest) : of(onWhite(image, alpha.get()), digest, alpha.get());
    }

    private static boolean isOpaque(byte[] alpha) {
        for (byte value : alpha) {
            if (value != -1) {
                return false;
            }
        }
        return true;
    }

    private static Pixels onWhite(Pixels image, byte[] alpha) {
        byte[] rgb = image.rgb();
        byte[] seen = new byte[rgb.length];
        for (int i = 0; i < rgb.length; i++) {
            int opacity = alpha[i / 3] & 255;
            seen[i] = (byte) (((rgb[i] & 255) * opacity + 255 * (255 - opacity) + 127) / 255);
        }
        return new Pixels(image.width(), image.height(), seen);
    }

    private static ImageSignature of(Pixels image, String file, byte[] alpha) {
        MessageDigest digest = Sha256.digest();
        digest.update(ByteBuffer.allocate(8)
                .putInt(image.width())
                .putInt(image.height())
                .flip());
        digest.update(image.rgb());
        digest.update(alpha);
        int side = ImageSignature.SIDE;
        byte[] rgb =
                Resampling.resize(image, side, side, Interpolation.BILINEAR).rgb();
        byte[] luma = new byte[side * side];
        int colourSide = ImageSignature.CHROMA_SIDE;
        int block = side / colourSide;
        double[] sums = new double[2 * colourSide * colourSide];
        for (int i = 0; i < luma.length; i++) {
            int red = rgb[3 * i] & 255;
            int green = rgb[3 * i + 1] & 255;
            int blue = rgb[3 * i + 2] & 255;
            // JFIF's weights of ITU-R BT.601.
            double brightness = 0.299 * red + 0.587 * green + 0.114 * blue;
            luma[i] = (byte) Math.round(brightness);
            int cell = i / side / block * colourSide + i % side / block;
            sums[cell] += 128 + 0.564 * (blue - brightness);
            sums[colourSide * colourSide + cell] += 128 + 0.713 * (red - brightness);
        }
        byte[] chroma = new byte[sums.length];
        for (int i = 0; i < chroma.length; i++) {
            chroma[i] = (byte) Math.clamp(Math.round(sums[i] / (block * block)), 0, 255);
        }
        return new ImageSignature(Sha256.hex(digest), file, luma, chroma);
    }
}
