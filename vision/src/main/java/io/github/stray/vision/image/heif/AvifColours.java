// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.heif;

import io.github.stray.extract.ImageContent.Pixels;
import java.io.IOException;

/**
 * Samples of AV1 pictures to 8-bit RGB as libavif with libyuv converts them, with which Pillow is built. Chroma is
 * interpolated between its samples, 9 parts of the nearest, 3 of each neighbour, 1 of the one across. The usual
 * matrices are in fixed point with 6 fractional bits, and more than 8 bits are cut off first; not so where there is alpha, of
 * 10 bits, and of 12 in 4:2:0, whose chroma is repeated. The rest is in floating point, at the coded depth.
 */
final class AvifColours {
    /** libyuv's largest factor in fixed point: blue of Cb is cut down to 2 where it is more. */
    private static final int MOST = 128;

    /** The number of primaries that are those of CIE XYZ. */
    private static final int XYZ = 10;

    private final Planes planes;
    private final Colours colours;
    private final Matrix matrix;
    private final boolean fixedPoint;

    /** Bits that are cut off first. */
    private final int cut;

    /** Whether chroma is repeated rather than interpolated. */
    private final boolean repeated;

    private final byte[] rgb;

    private AvifColours(Planes planes, Colours colours, boolean alpha) {
        this.planes = planes;
        this.colours = colours;
        this.matrix =
                colours.matrix() == Matrix.DERIVED && colours.primaries() == XYZ ? Matrix.XYZ : Matrix.of(colours);
        this.fixedPoint = planes.subsampling() != Subsampling.GREY
                && switch (colours.matrix()) {
                    case 1, 2, 5, 6, 9 -> true;
                    default -> false;
                };
        boolean deep = alpha
                && (planes.bits() == 10 || (planes.bits() == 12 && planes.subsampling() == Subsampling.CHROMA_420));
        this.cut = fixedPoint && !deep ? planes.bits() - 8 : 0;
        this.repeated = fixedPoint && deep && planes.bits() == 12;
        this.rgb = new byte[Math.toIntExact(3L * planes.width() * planes.height())];
    }

    /**
     * Converts.
     *
     * @param alpha whether the file has alpha,
     */
    static Pixels rgb(Planes planes, Colours colours, boolean alpha) throws IOException {
        requireKnown(planes, colours);
        var conversion = new AvifColours(planes, named(colours), alpha);
        if (planes.subsampling() == Subsampling.GREY) {
            conversion.grey();
        } else {
            conversion.colour();
        }
        return new Pixels(planes.width(), planes.height(), conversion.rgb);
    }

    /** What libavif refuses too. */
    private static void requireKnown(Planes planes, Colours colours) throws IOException {
        boolean known = switch (colours.matrix()) {
            case Matrix.GREEN_BLUE_RED -> planes.subsampling() == Subsampling.CHROMA_444;
            case Matrix.YCGCO -> colours.fullRange();
            case 1, 2, 4, 5, 6, 7, 9, Matrix.DERIVED, 15 -> true;
            default -> false;
        };
        if (!known && planes.subsampling() != Subsampling.GREY) {
            throw new IOException("its colours are coded with matrix %d of ITU-T H.273%s, which is not read"
                    .formatted(colours.matrix(), colours.fullRange() ? "" : " in limited range"));
        }
    }

    /** The matrix that follows from the primaries by its own number, where it has one. */
    private static Colours named(Colours colours) {
        if (colours.matrix() != Matrix.DERIVED) {
            return colours;
        }
        return switch (colours.primaries()) {
            case 1, 2 -> new Colours(1, 1, colours.fullRange());
            case 5, 6 -> new Colours(6, 6, colours.fullRange());
            case 9 -> new Colours(9, 9, colours.fullRange());
            case 4, 7, 8, XYZ, 11, 12, 22 -> colours;
            default -> new Colours(1, Matrix.DERIVED, colours.fullRange());
        };
    }

    private void grey() {
        for (int i = 0, to = 0; i < planes.luma().length; i++) {
            byte grey = round(normal(sample(planes.luma(), i), false));
            rgb[to++] = grey;
            rgb[to++] = grey;
            rgb[to++] = grey;
        }
    }

    private void colour() {
        int width = planes.width();
        int[] blue = new int[width];
        int[] red = new int[width];
        // libyuv repeats the last sample of a row in the last column; libavif itself interpolates there too.
        var upsampling = new Upsampling(planes, cut, fixedPoint);
        for (int y = 0; y < planes.height(); y++) {
            if (repeated) {
                upsampling.repeated(planes.blue(), y, blue);
                upsampling.repeated(planes.red(), y, red);
            } else {
                upsampling.row(planes.blue(), y, blue);
                upsampling.row(planes.red(), y, red);
            }
            if (fixedPoint) {
                fixedPoint(y * width, blue, red);
            } else {
                floating(y * width, blue, red);
            }
        }
    }

    private void fixedPoint(int from, int[] blue, int[] red) {
        double range = colours.fullRange() ? 64 : 64 * 255.0 / 224;
        int redCr = (int) Math.round(range * matrix.redCr());
        int greenCb = (int) Math.round(range * -matrix.greenCb());
        int greenCr = (int) Math.round(range * -matrix.greenCr());
        int blueCb = (int) Math.min(MOST, Math.round(range * matrix.blueCb()));
        int gain = colours.fullRange() ? 16_320 : colours.matrix() == 9 ? 19_003 : 18_997;
        int bias = colours.fullRange() ? 32 : -1_160;
        int deeper = planes.bits() - cut - 8;
        for (int x = 0, to = 3 * from; x < blue.length; x++, to += 3) {
            int y = sample(planes.luma(), from + x);
            int wide = (y << (8 - deeper)) | (y >> (2 * deeper));
            int luma = (int) (((long) wide * gain) >> 16) + bias;
            int cb = (((blue[x] + 8) >> 4) >> deeper) - 128;
            int cr = (((red[x] + 8) >> 4) >> deeper) - 128;
            rgb[to] = clamp((luma + redCr * cr) >> 6);
            rgb[to + 1] = clamp((luma - greenCb * cb - greenCr * cr) >> 6);
            rgb[to + 2] = clamp((luma + blueCb * cb) >> 6);
        }
    }

    private void floating(int from, int[] blue, int[] red) {
        for (int x = 0, to = 3 * from; x < blue.length; x++, to += 3) {
            double luma = normal(sample(planes.luma(), from + x), false);
            double cb = normal(blue[x] / 16.0, colours.matrix() != Matrix.GREEN_BLUE_RED);
            double cr = normal(red[x] / 16.0, colours.matrix() != Matrix.GREEN_BLUE_RED);
            switch (colours.matrix()) {
                case Matrix.GREEN_BLUE_RED -> store(to, cr, luma, cb);
                case Matrix.YCGCO -> store(to, luma - cb + cr, luma + cb, luma - cb - cr);
                default ->
                    store(
                            to,
                            luma + matrix.redCr() * cr,
                            luma + matrix.greenCb() * cb + matrix.greenCr() * cr,
                            luma + matrix.blueCb() * cb);
            }
        }
    }

    /** A sample on the scale of 0 to 255, chroma from -128 on. */
    private double normal(double sample, boolean chroma) {
        int unit = 1 << (planes.bits() - 8);
        int zero = chroma ? 128 * unit : colours.fullRange() ? 0 : 16 * unit;
        double range = colours.fullRange() ? (1 << planes.bits()) - 1 : (chroma ? 224 : 219) * unit;
        return (sample - zero) * 255 / range;
    }

    private void store(int to, double red, double green, double blue) {
        rgb[to] = round(red);
        rgb[to + 1] = round(green);
        rgb[to + 2] = round(blue);
    }

    private int sample(short[] plane, int at) {
        return (plane[at] & 0xFFFF) >> cut;
    }

    private static byte clamp(int value) {
        return (byte) Math.clamp(value, 0, 255);
    }

    private static byte round(double value) {
        return clamp((int) Math.floor(value + 0.5));
    }
}
