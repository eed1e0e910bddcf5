// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.heif;

/**
 * What chroma adds to red, green and blue, for samples around 0 that use all values.
 *
 * @param redCr red of Cr
 * @param greenCb green of Cb
 * @param greenCr green of Cr
 * @param blueCb blue of Cb
 */
record Matrix(double redCr, double greenCb, double greenCr, double blueCb) {
    /** Numbers of ITU-T H.273 for what is no matrix of luma and chroma. */
    static final int GREEN_BLUE_RED = 0;

    static final int YCGCO = 8;

    /** The matrix follows from the primaries. */
    static final int DERIVED = 12;

    static final int DERIVED_CONSTANT_LUMINANCE = 13;

    /** Luma is luminance, and of the primaries green alone has any. */
    static final Matrix XYZ = of(0, 0);

    private static final Matrix BT601 = of(0.299, 0.114);
    private static final double[] D65 = {0.3127, 0.3290};
    private static final double[] C = {0.310, 0.316};

    /** Of ITU-T H.273's tables 2 and 4; what is unspecified is BT.601, as libheif and libavif take it. */
    static Matrix of(Colours colours) {
        return switch (colours.matrix()) {
            case 1 -> of(0.2126, 0.0722);
            case 4 -> of(0.30, 0.11);
            case 7 -> of(0.212, 0.087);
            case 9, 10 -> of(0.2627, 0.0593);
            case DERIVED, DERIVED_CONSTANT_LUMINANCE -> ofPrimaries(colours.primaries());
            default -> BT601;
        };
    }

    private static Matrix of(double red, double blue) {
        double green = 1 - red - blue;
        return new Matrix(2 * (1 - red), -2 * blue * (1 - blue) / green, -2 * red * (1 - red) / green, 2 * (1 - blue));
    }

    private static Matrix ofPrimaries(int primaries) {
        return switch (primaries) {
            case 1 -> derived(D65, 0.640, 0.330, 0.300, 0.600, 0.150, 0.060);
            case 4 -> derived(C, 0.67, 0.33, 0.21, 0.71, 0.14, 0.08);
            case 5 -> derived(D65, 0.64, 0.33, 0.29, 0.60, 0.15, 0.06);
            case 6, 7 -> derived(D65, 0.630, 0.340, 0.310, 0.595, 0.155, 0.070);
            case 8 -> derived(C, 0.681, 0.319, 0.243, 0.692, 0.145, 0.049);
            case 9 -> derived(D65, 0.708, 0.292, 0.170, 0.797, 0.131, 0.046);
            case 11 -> derived(new double[] {0.314, 0.351}, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060);
            case 12 -> derived(D65, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060);
            case 22 -> derived(D65, 0.630, 0.340, 0.295, 0.605, 0.155, 0.077);
            default -> BT601;
        };
    }

    /** Luminances of red and blue from the chromaticities of white and of the primaries. */
    private static Matrix derived(double[] white, double rx, double ry, double gx, double gy, double bx, double by) {
        double rz = 1 - rx - ry;
        double gz = 1 - gx - gy;
        double bz = 1 - bx - by;
        double wx = white[0];
        double wy = white[1];
        double wz = 1 - wx - wy;
        double all = wy * (rx * (gy * bz - by * gz) + gx * (by * rz - ry * bz) + bx * (ry * gz - gy * rz));
        double red = ry * (wx * (gy * bz - by * gz) + wy * (bx * gz - gx * bz) + wz * (gx * by - bx * gy)) / all;
        double blue = by * (wx * (ry * gz - gy * rz) + wy * (gx * rz - rx * gz) + wz * (rx * gy - gx * ry)) / all;
        return of(red, blue);
    }
}
