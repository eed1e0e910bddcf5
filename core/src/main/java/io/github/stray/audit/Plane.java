// SPDX-License-Identifier: Apache-2.0
package io.github.stray.audit;

/**
 * A square of brightness values.
 *
 * @param side pixels a side
 * @param values {@code [side x side]}, row-major
 */
@SuppressWarnings("ArrayRecordComponent")
record Plane(int side, float[] values) {
    /** Standard deviation, in levels of 255, below which an image counts as one colour and is like nothing. */
    private static final double FLAT = 1.5;

    static Plane of(byte[] luma) {
        float[] values = new float[luma.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = luma[i] & 255;
        }
        return new Plane(ImageSignature.SIDE, values);
    }

    /** Means of 2 x 2 pixels. */
    Plane halved() {
        int half = side / 2;
        float[] means = new float[half * half];
        for (int y = 0; y < half; y++) {
            for (int x = 0; x < half; x++) {
                int at = 2 * y * side + 2 * x;
                means[y * half + x] = (values[at] + values[at + 1] + values[at + side] + values[at + side + 1]) / 4;
            }
        }
        return new Plane(half, means);
    }

    Plane mirrored() {
        float[] mirrored = new float[values.length];
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                mirrored[y * side + x] = values[y * side + side - 1 - x];
            }
        }
        return new Plane(side, mirrored);
    }

    /** The window stretched to a whole plane, with bilinear interpolation. */
    Plane cut(Window window) {
        int[] columns = new int[side];
        float[] columnShares = new float[side];
        taps(window.left(), window.right(), columns, columnShares);
        int[] rows = new int[side];
        float[] rowShares = new float[side];
        taps(window.top(), window.bottom(), rows, rowShares);
        float[] cut = new float[values.length];
        for (int y = 0; y < side; y++) {
            int above = rows[y] * side;
            int below = Math.min(rows[y] + 1, side - 1) * side;
            float down = rowShares[y];
            for (int x = 0; x < side; x++) {
                int left = columns[x];
                int right = Math.min(left + 1, side - 1);
                float share = columnShares[x];
                float upper = values[above + left] + share * (values[above + right] - values[above + left]);
                float lower = values[below + left] + share * (values[below + right] - values[below + left]);
                cut[y * side + x] = upper + down * (lower - upper);
            }
        }
        return new Plane(side, cut);
    }

    private void taps(double from, double to, int[] first, float[] shares) {
        for (int i = 0; i < side; i++) {
            double at = Math.clamp((from + (to - from) * (i + 0.5) / side) * side - 0.5, 0, side - 1);
            first[i] = (int) at;
            shares[i] = (float) (at - first[i]);
        }
    }

    /** What is between the finest and the coarse structures: a little blurred, minus much blurred. */
    Plane detail() {
        float[] fine = blurred(values);
        float[] coarse = fine;
        for (int i = 0; i < 6; i++) {
            coarse = blurred(coarse);
        }
        float[] detail = new float[values.length];
        for (int i = 0; i < detail.length; i++) {
            detail[i] = fine[i] - coarse[i];
        }
        return new Plane(side, detail);
    }

    /** Binomial weights 1 2 1 along rows and columns, the border repeated. */
    private float[] blurred(float[] from) {
        float[] across = new float[from.length];
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                int at = y * side;
                across[at + x] =
                        (from[at + Math.max(0, x - 1)] + 2 * from[at + x] + from[at + Math.min(side - 1, x + 1)]) / 4;
            }
        }
        float[] blurred = new float[from.length];
        for (int y = 0; y < side; y++) {
            int above = Math.max(0, y - 1) * side;
            int below = Math.min(side - 1, y + 1) * side;
            for (int x = 0; x < side; x++) {
                blurred[y * side + x] = (across[above + x] + 2 * across[y * side + x] + across[below + x]) / 4;
            }
        }
        return blurred;
    }

    /** Mean 0 and Euclidean norm 1; all 0 where there is next to no structure. */
    float[] normalised() {
        double sum = 0;
        for (float value : values) {
            sum += value;
        }
        double mean = sum / values.length;
        double squares = 0;
        for (float value : values) {
            squares += (value - mean) * (value - mean);
        }
        float[] normalised = new float[values.length];
        if (squares < FLAT * FLAT * values.length) {
            return normalised;
        }
        double norm = Math.sqrt(squares);
        for (int i = 0; i < normalised.length; i++) {
            normalised[i] = (float) ((values[i] - mean) / norm);
        }
        return normalised;
    }

    /** Normalised cross-correlation, -1 to 1; 0 where one of the two is flat. */
    static double correlation(Plane some, Plane other) {
        return dot(some.normalised(), other.normalised());
    }

    static double dot(float[] some, float[] other) {
        float a = 0;
        float b = 0;
        float c = 0;
        float d = 0;
        for (int i = 0; i < some.length; i += 4) {
            a += some[i] * other[i];
            b += some[i + 1] * other[i + 1];
            c += some[i + 2] * other[i + 2];
            d += some[i + 3] * other[i + 3];
        }
        return (double) a + b + c + d;
    }
}
