// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.tiff;

import io.github.stray.vision.image.tiff.Samples.Colours;
import io.github.stray.vision.image.tiff.Samples.Numbers;
import java.nio.ByteOrder;

/**
 * Samples of any size to 8 bits, by Pillow's rules: fewer bits are spread over 0 to 255, 16 bits keep the upper byte, but
 * grey of more than 8 bits is clipped to 255. Indices of a palette stay as they are.
 */
final class Unpacker {
    /** All samples of a pixel lie together. */
    static final int ALL = -1;

    private final Samples samples;
    private final boolean little;
    private final byte[] page;
    private final int pageWidth;
    private final int kept;

    Unpacker(Samples samples, ByteOrder order, byte[] page, int pageWidth) {
        this.samples = samples;
        this.little = order == ByteOrder.LITTLE_ENDIAN;
        this.page = page;
        this.pageWidth = pageWidth;
        this.kept = samples.kept();
    }

    /**
     * Puts a strip or tile on the page.
     *
     * @param dataWidth pixels of its rows
     * @param x where it lies
     * @param width how much of it lies on the page
     * @param plane which sample it holds, or {@link #ALL}
     */
    void unpack(byte[] data, int dataWidth, int x, int y, int width, int height, int plane) {
        int together = plane == ALL ? samples.perPixel() : 1;
        int keep = plane == ALL ? kept : 1;
        long rowBits = ((long) dataWidth * together * samples.bits() + 7) / 8 * 8;
        boolean asItIs = samples.bits() == 8 && !samples.inverted();
        for (int row = 0; row < height; row++) {
            int to = ((y + row) * pageWidth + x) * kept + Math.max(0, plane);
            if (asItIs && together == kept) {
                System.arraycopy(data, (int) (row * rowBits / 8), page, to, width * kept);
                continue;
            }
            for (int i = 0; i < width; i++, to += kept) {
                long bit = row * rowBits + (long) i * together * samples.bits();
                for (int c = 0; c < keep; c++, bit += samples.bits()) {
                    page[to + c] = (byte) (asItIs ? data[(int) (bit >> 3)] : eightBits(data, bit));
                }
            }
        }
    }

    private int eightBits(byte[] data, long bit) {
        int at = (int) (bit >> 3);
        int bits = samples.bits();
        if (bits <= 8) {
            int value = ((data[at] & 0xFF) >> (8 - bits - (int) (bit & 7))) & ((1 << bits) - 1);
            if (samples.colours() == Colours.PALETTE) {
                return value;
            }
            int grey = value * 255 / ((1 << bits) - 1);
            return samples.inverted() ? 255 - grey : grey;
        }
        if (bits == 12) {
            int two = ((data[at] & 0xFF) << 8) | (data[at + 1] & 0xFF);
            return Math.min(255, (bit & 7) == 0 ? two >> 4 : two & 0xFFF);
        }
        if (bits == 16) {
            int low = data[little ? at : at + 1] & 0xFF;
            int high = data[little ? at + 1 : at];
            if (samples.colours() != Colours.GREY) {
                return high;
            }
            return Math.clamp(((samples.number() == Numbers.SIGNED ? high : high & 0xFF) << 8) | low, 0, 255);
        }
        int value = 0;
        for (int i = 0; i < 4; i++) {
            value = (value << 8) | (data[little ? at + 3 - i : at + i] & 0xFF);
        }
        // Pillow keeps 32 bits as a signed number, whatever they are.
        return samples.number() == Numbers.FLOAT
                ? (int) Math.clamp(Float.intBitsToFloat(value), 0f, 255f)
                : Math.clamp(value, 0, 255);
    }

    /** Undoes the multiplication of colours by the alpha behind them, which is left out. */
    static byte[] divideByAlpha(byte[] page, int colours) {
        int kept = colours + 1;
        byte[] divided = new byte[page.length / kept * colours];
        for (int from = 0, to = 0; from < page.length; from += kept, to += colours) {
            int alpha = page[from + colours] & 0xFF;
            for (int c = 0; c < colours && alpha > 0; c++) {
                divided[to + c] = (byte) Math.min(255, (page[from + c] & 0xFF) * 255 / alpha);
            }
        }
        return divided;
    }
}
