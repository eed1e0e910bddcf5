// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.preprocess;

import java.util.Arrays;

/**
 * How the pixels of one axis are resized.
 *
 * @param starts for each new pixel its first source pixel
 * @param offsets for each new pixel where its weights begin; one more at the end
 * @param weights of the source pixels from the first on; those of a new pixel add up to 1
 * @param bits fractional bits of the weights as whole numbers
 */
@SuppressWarnings("ArrayRecordComponent")
record Kernel(int[] starts, int[] offsets, double[] weights, int bits) {
    /** Fractional bits in Pillow: what 32 leave beside a level and two for sums beyond it. */
    static final int BITS = 32 - 8 - 2;

    static Kernel of(int from, int to, int first, int size, Interpolation interpolation) {
        double scale = (double) from / to;
        double stretch = Math.max(scale, 1);
        double support = interpolation.support() * stretch;
        double squeeze = 1 / stretch;
        double[] raw = new double[(int) Math.ceil(support) * 2 + 1];
        int[] starts = new int[size];
        int[] offsets = new int[size + 1];
        double[] weights = new double[Math.multiplyExact(size, raw.length)];
        for (int i = 0; i < size; i++) {
            double centre = (first + i + 0.5) * scale;
            int start = Math.max(0, (int) (centre - support + 0.5));
            int count = Math.min(from, (int) (centre + support + 0.5)) - start;
            double sum = 0;
            for (int j = 0; j < count; j++) {
                raw[j] = interpolation.weight((j + start - centre + 0.5) * squeeze);
                sum += raw[j];
            }
            starts[i] = start;
            offsets[i + 1] = offsets[i] + count;
            for (int j = 0; j < count; j++) {
                weights[offsets[i] + j] = sum == 0 ? raw[j] : raw[j] / sum;
            }
        }
        return new Kernel(starts, offsets, weights, BITS);
    }

    /** Takes pixels as they are. */
    static Kernel copy(int first, int size) {
        int[] starts = new int[size];
        int[] offsets = new int[size + 1];
        double[] weights = new double[size];
        for (int i = 0; i < size; i++) {
            starts[i] = first + i;
            offsets[i + 1] = i + 1;
            weights[i] = 1;
        }
        return new Kernel(starts, offsets, weights, BITS);
    }

    /** Whether pixels side by side are taken as they are. */
    boolean isCopy() {
        for (int i = 0; i < size(); i++) {
            if (count(i) != 1 || weights[offset(i)] != 1 || start(i) != start(0) + i) {
                return false;
            }
        }
        return true;
    }

    /** The same for a source whose pixels in front of one were cut off. */
    Kernel from(int first) {
        return new Kernel(Arrays.stream(starts).map(start -> start - first).toArray(), offsets, weights, bits);
    }

    Kernel withBits(int fractional) {
        return new Kernel(starts, offsets, weights, fractional);
    }

    /** Fractional bits with which the largest weight fits 16 bits, at most 22: PyTorch's choice. */
    int bitsOfShorts() {
        double largest = Arrays.stream(weights).limit(offsets[size()]).max().orElse(1);
        int fractional = 0;
        while (fractional < BITS && (int) (0.5 + largest * (1 << (fractional + 1))) < 1 << 15) {
            fractional++;
        }
        return fractional;
    }

    /** The weights as whole numbers of {@code 2^-bits}, rounded as Pillow does. */
    int[] fixedPoint() {
        int[] fixed = new int[offsets[size()]];
        for (int i = 0; i < fixed.length; i++) {
            double weight = weights[i] * (1 << bits);
            fixed[i] = (int) (weight < 0 ? weight - 0.5 : weight + 0.5);
        }
        return fixed;
    }

    /** A half, which every sum of such weights begins with. */
    int rounding() {
        return 1 << (bits - 1);
    }

    /** The level of a sum. */
    int level(int sum) {
        return Math.max(0, Math.min(255, sum >> bits));
    }

    /** Most source pixels of a new one. */
    int mostPixels() {
        int most = 0;
        for (int i = 0; i < size(); i++) {
            most = Math.max(most, count(i));
        }
        return most;
    }

    /** Most new pixels that one source pixel belongs to. */
    int mostAtOnce() {
        int most = 0;
        int closed = 0;
        for (int i = 0; i < size(); i++) {
            while (end(closed) <= start(i)) {
                closed++;
            }
            most = Math.max(most, i + 1 - closed);
        }
        return most;
    }

    int size() {
        return starts.length;
    }

    int start(int i) {
        return starts[i];
    }

    int offset(int i) {
        return offsets[i];
    }

    int count(int i) {
        return offsets[i + 1] - offsets[i];
    }

    int end(int i) {
        return starts[i] + count(i);
    }
}
