// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.heif;

import io.github.stray.extract.ImageContent.Pixels;
import java.io.IOException;

/**
 * Samples of HEVC pictures to 8-bit RGB, step by step as libheif 1.23 takes them, with which pillow-heif is built: chroma
 * repeated, more than 8 bits cut off, 4:2:0 of all values in fixed point with 8 fractional bits, the rest in float with
 * its rounded factors 256/219 and 256/224.
 */
final class HeicColours {
    private static final float LUMA_RANGE = 1.1689f;
    private static final float CHROMA_RANGE = 1.1429f;
    private final Planes planes;
    private final Colours colours;
    private final Matrix matrix;
    private final byte[] rgb;

    private HeicColours(Planes planes, Colours colours) {
        this.planes = planes;
        this.colours = colours;
        this.matrix = Matrix.of(colours);
        this.rgb = new byte[Math.toIntExact(3L * planes.width() * planes.height())];
    }

    static Pixels rgb(Planes planes, Colours colours) throws IOException {
        boolean known = switch (colours.matrix()) {
            case 3, 11 -> false;
            default -> colours.matrix() <= Matrix.DERIVED_CONSTANT_LUMINANCE;
        };
        if (!known && planes.subsampling() != Subsampling.GREY) {
            throw new IOException("its colours are coded with matrix %d of ITU-T H.273, which is not read"
                    .formatted(colours.matrix()));
        }
        var conversion = new HeicColours(planes, colours);
        boolean plainMatrix = colours.matrix() != Matrix.GREEN_BLUE_RED && colours.matrix() != Matrix.YCGCO;
        if (planes.subsampling() == Subsampling.GREY) {
            conversion.grey();
        } else if (planes.subsampling() == Subsampling.CHROMA_420 && colours.fullRange() && plainMatrix) {
            conversion.fixedPoint();
        } else {
            conversion.floating();
        }
        return new Pixels(planes.width(), planes.height(), conversion.rgb);
    }

    private void grey() {
        int cut = planes.bits() - 8;
        for (int i = 0, to = 0; i < planes.luma().length; i++) {
            byte grey = (byte) (sample(planes.luma(), i) >> cut);
            rgb[to++] = grey;
            rgb[to++] = grey;
            rgb[to++] = grey;
        }
    }

    private void fixedPoint() {
        int cut = planes.bits() - 8;
        int redCr = fixed(matrix.redCr());
        int greenCb = fixed(matrix.greenCb());
        int greenCr = fixed(matrix.greenCr());
        int blueCb = fixed(matrix.blueCb());
        for (int y = 0, i = 0, to = 0; y < planes.height(); y++) {
            int row = (y >> 1) * planes.chromaWidth();
            for (int x = 0; x < planes.width(); x++, i++) {
                int luma = sample(planes.luma(), i) >> cut;
                int cb = (sample(planes.blue(), row + (x >> 1)) >> cut) - 128;
                int cr = (sample(planes.red(), row + (x >> 1)) >> cut) - 128;
                rgb[to++] = clamp(luma + ((redCr * cr + 128) >> 8));
                rgb[to++] = clamp(luma + ((greenCb * cb + greenCr * cr + 128) >> 8));
                rgb[to++] = clamp(luma + ((blueCb * cb + 128) >> 8));
            }
        }
    }

    private void floating() {
        int most = (1 << planes.bits()) - 1;
        int middle = 1 << (planes.bits() - 1);
        int black = colours.fullRange() ? 0 : 16 << (planes.bits() - 8);
        float lumaRange = colours.fullRange() ? 1 : LUMA_RANGE;
        float chromaRange = colours.fullRange() ? 1 : CHROMA_RANGE;
        float redCr = (float) matrix.redCr();
        float greenCb = (float) matrix.greenCb();
        float greenCr = (float) matrix.greenCr();
        float blueCb = (float) matrix.blueCb();
        for (int y = 0, i = 0, to = 0; y < planes.height(); y++) {
            int row = (y >> planes.subsampling().down) * planes.chromaWidth();
            for (int x = 0; x < planes.width(); x++, i++, to += 3) {
                int luma = sample(planes.luma(), i);
                int cb = sample(planes.blue(), row + (x >> planes.subsampling().right));
                int cr = sample(planes.red(), row + (x >> planes.subsampling().right));
                switch (colours.matrix()) {
                    case Matrix.GREEN_BLUE_RED ->
                        store(
                                to,
                                (cr - black) * chromaRange,
                                (luma - black) * lumaRange,
                                (cb - black) * chromaRange,
                                most);
                    case Matrix.YCGCO ->
                        store(to, luma - cb + cr, luma + cb - middle, luma - cb - cr + 2 * middle, most);
                    default -> {
                        float grey = (luma - black) * lumaRange;
                        float blue = (cb - middle) * chromaRange;
                        float red = (cr - middle) * chromaRange;
                        store(
                                to,
                                grey + redCr * red,
                                grey + greenCb * blue + greenCr * red,
                                grey + blueCb * blue,
                                most);
                    }
                }
            }
        }
    }

    private void store(int to, float red, float green, float blue, int most) {
        int cut = planes.bits() - 8;
        rgb[to] = (byte) (round(red, most) >> cut);
        rgb[to + 1] = (byte) (round(green, most) >> cut);
        rgb[to + 2] = (byte) (round(blue, most) >> cut);
    }

    private static int round(float value, int most) {
        return Math.clamp((long) (value + 0.5f), 0, most);
    }

    private static int sample(short[] plane, int at) {
        return plane[at] & 0xFFFF;
    }

    private static int fixed(double factor) {
        return (int) Math.round(256 * factor);
    }

    private static byte clamp(int value) {
        return (byte) Math.clamp(value, 0, 255);
    }
}
