// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.tiff;

import java.io.IOException;

/**
 * YCbCr that is not JPEG: blocks of luma with one pair of chroma samples, which are repeated. Colours are computed as
 * libtiff computes them, from the file's coefficients and reference levels.
 */
final class Chroma {
    private static final int COEFFICIENTS = 529;
    private static final int SUBSAMPLING = 530;
    private static final int REFERENCE_BLACK_WHITE = 532;
    private static final int HALF = 1 << 15;

    private final int across;
    private final int down;
    private final int[] luma = new int[256];
    private final int[] red = new int[256];
    private final int[] greenCr = new int[256];
    private final int[] greenCb = new int[256];
    private final int[] blue = new int[256];

    /** Pillow's own conversion, of samples that are not compressed: with six fractional bits, whatever the file says. */
    private Chroma() {
        across = 1;
        down = 1;
        for (int i = 0; i < 256; i++) {
            luma[i] = i;
            red[i] = sixBits(1.402, i) >> 6;
            blue[i] = sixBits(1.772, i) >> 6;
            greenCr[i] = sixBits(-0.71414, i) << 10;
            greenCb[i] = sixBits(-0.34414, i) << 10;
        }
    }

    private static int sixBits(double factor, int level) {
        return (int) ((level - 128) * factor * 64 + 0.5);
    }

    private Chroma(int across, int down, float[] coefficients, float[] reference) {
        this.across = across;
        this.down = down;
        float redFactor = 2 - 2 * coefficients[0];
        float blueFactor = 2 - 2 * coefficients[2];
        int toRed = fixed(redFactor);
        int toGreenCr = -fixed(coefficients[0] * redFactor / coefficients[1]);
        int toBlue = fixed(blueFactor);
        int toGreenCb = -fixed(coefficients[2] * blueFactor / coefficients[1]);
        for (int i = 0; i < 256; i++) {
            int cr = level(i - 128, reference[4] - 128, reference[5] - 128, 127);
            int cb = level(i - 128, reference[2] - 128, reference[3] - 128, 127);
            luma[i] = level(i, reference[0], reference[1], 255);
            red[i] = (toRed * cr + HALF) >> 16;
            blue[i] = (toBlue * cb + HALF) >> 16;
            greenCr[i] = toGreenCr * cr;
            greenCb[i] = toGreenCb * cb + HALF;
        }
    }

    /**
     * Of a file.
     *
     * @param compression how its pixels are compressed
     * @param planes 1 where the samples of a pixel lie together
     */
    static Chroma of(TiffFields fields, int compression, int planes) throws IOException {
        int repeated = compression == TiffReader.NONE || planes > 1 ? 1 : 2;
        long[] subsampling = fields.numbers(SUBSAMPLING);
        long across = subsampling.length == 2 ? subsampling[0] : repeated;
        long down = subsampling.length == 2 ? subsampling[1] : repeated;
        if (!of124(across) || !of124(down)) {
            throw new TiffDamage("it states a chroma sample for %d x %d pixels".formatted(across, down));
        }
        if (compression == TiffReader.NONE && across == 1 && down == 1) {
            return new Chroma();
        }
        float[] coefficients = fields.reals(COEFFICIENTS, 3);
        float[] reference = fields.reals(REFERENCE_BLACK_WHITE, 6);
        return new Chroma(
                (int) across,
                (int) down,
                coefficients.length == 0 ? new float[] {0.299f, 0.587f, 0.114f} : coefficients,
                reference.length == 0 ? new float[] {0, 255, 128, 255, 128, 255} : reference);
    }

    private static boolean of124(long factor) {
        return factor == 1 || factor == 2 || factor == 4;
    }

    boolean subsampled() {
        return across > 1 || down > 1;
    }

    /** Bytes of a segment of so many pixels. */
    long bytes(int width, int height) {
        return (long) Math.ceilDiv(width, across) * Math.ceilDiv(height, down) * (across * down + 2);
    }

    /** The segment's pixels as RGB. */
    byte[] toRgb(byte[] data, int width, int height) {
        byte[] rgb = new byte[3 * width * height];
        int block = across * down + 2;
        int blocks = Math.ceilDiv(width, across);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int at = (y / down * blocks + x / across) * block;
                int chroma = at + across * down;
                put(
                        rgb,
                        3 * (y * width + x),
                        data[at + y % down * across + x % across],
                        data[chroma],
                        data[chroma + 1]);
            }
        }
        return rgb;
    }

    /** In place, samples being Y, Cb and Cr of each pixel. */
    void toRgb(byte[] samples) {
        for (int at = 0; at < samples.length; at += 3) {
            put(samples, at, samples[at], samples[at + 1], samples[at + 2]);
        }
    }

    private void put(byte[] rgb, int to, byte y, byte cb, byte cr) {
        int light = luma[y & 0xFF];
        rgb[to] = clamp(light + red[cr & 0xFF]);
        rgb[to + 1] = clamp(light + ((greenCb[cb & 0xFF] + greenCr[cr & 0xFF]) >> 16));
        rgb[to + 2] = clamp(light + blue[cb & 0xFF]);
    }

    private static int level(int code, float black, float white, int range) {
        float span = white - black != 0 ? white - black : 1;
        return (int) Math.clamp((code - (int) black) * (float) range / span, -4096f, 4096f);
    }

    private static int fixed(float factor) {
        return (int) (Math.clamp(factor, 0f, 2f) * 65536 + 0.5);
    }

    private static byte clamp(int value) {
        return (byte) Math.clamp(value, 0, 255);
    }
}
