// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.webp;

import java.io.IOException;
import java.util.Arrays;

/** How opaque the pixels of a lossy image are (RFC 9649, 2.7.1.2): plain or coded like a lossless image's green. */
final class AlphaPlane {
    private static final int LOSSLESS = 1;
    private static final int HORIZONTAL = 1;
    private static final int VERTICAL = 2;

    private AlphaPlane() {}

    /** {@return the alpha of each pixel, row by row} */
    static byte[] decode(Part chunk, int width, int height) throws IOException {
        if (chunk.length() < 2) {
            throw new IOException("its alpha ends early");
        }
        int info = chunk.unsigned8(0);
        int compression = info & 3;
        if (compression > LOSSLESS || (info >> 4) > 7 || (info >> 4 & 3) > 1) {
            throw new IOException("its alpha is of an unknown kind (0x%02x)".formatted(info));
        }
        byte[] plane = compression == LOSSLESS
                ? greens(LosslessImage.decode(new LosslessBits(chunk.after(1)), width, height))
                : plain(chunk, width * height);
        undo(info >> 2 & 3, plane, width);
        return plane;
    }

    private static byte[] greens(int[] pixels) {
        byte[] plane = new byte[pixels.length];
        for (int i = 0; i < plane.length; i++) {
            plane[i] = (byte) (pixels[i] >> 8);
        }
        return plane;
    }

    private static byte[] plain(Part chunk, int length) throws IOException {
        if (chunk.length() - 1 < length) {
            throw new IOException("its alpha ends early");
        }
        return Arrays.copyOfRange(chunk.file(), chunk.from() + 1, chunk.from() + 1 + length);
    }

    /** Adds what was foretold by the neighbours: in the first row those to the left, in the first column those above. */
    private static void undo(int filter, byte[] plane, int width) {
        for (int i = 1; filter != 0 && i < width; i++) {
            plane[i] += plane[i - 1];
        }
        for (int at = width; filter != 0 && at < plane.length; at += width) {
            plane[at] += plane[at - width];
            for (int i = at + 1; i < at + width; i++) {
                int left = plane[i - 1] & 0xFF;
                int above = plane[i - width] & 0xFF;
                plane[i] += (byte)
                        switch (filter) {
                            case HORIZONTAL -> left;
                            case VERTICAL -> above;
                            default -> Math.clamp(left + above - (plane[i - width - 1] & 0xFF), 0, 255);
                        };
            }
        }
    }
}
