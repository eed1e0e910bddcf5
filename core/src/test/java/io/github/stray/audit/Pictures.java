// SPDX-License-Identifier: Apache-2.0
package io.github.stray.audit;

import java.util.SplittableRandom;
import java.util.function.DoubleBinaryOperator;

/** Drawn pictures and their signatures: smooth waves of a few frequencies, another for each seed. */
final class Pictures {
    private Pictures() {}

    /** Brightness at a point of the unit square, 0 to 255. */
    static DoubleBinaryOperator waves(long seed) {
        var random = new SplittableRandom(seed);
        int count = 8;
        double[][] waves = new double[count][];
        for (int i = 0; i < count; i++) {
            waves[i] = new double[] {
                random.nextDouble(-9, 9), random.nextDouble(-9, 9), random.nextDouble(6.3), random.nextDouble(5, 20)
            };
        }
        return (x, y) -> {
            double value = 128;
            for (double[] wave : waves) {
                value += wave[3] * Math.sin(2 * Math.PI * (wave[0] * x + wave[1] * y) / 2 + wave[2]);
            }
            return Math.clamp(value, 0, 255);
        };
    }

    static ImageSignature of(DoubleBinaryOperator brightness, String digest) {
        int side = ImageSignature.SIDE;
        byte[] luma = new byte[side * side];
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                luma[y * side + x] = (byte) Math.round(brightness.applyAsDouble((x + 0.5) / side, (y + 0.5) / side));
            }
        }
        return new ImageSignature(digest, "", luma, grey(128));
    }

    static ImageSignature of(long seed) {
        return of(waves(seed), "seed " + seed);
    }

    static byte[] grey(int level) {
        byte[] chroma = new byte[2 * ImageSignature.CHROMA_SIDE * ImageSignature.CHROMA_SIDE];
        java.util.Arrays.fill(chroma, (byte) level);
        return chroma;
    }

    static DoubleBinaryOperator cropped(DoubleBinaryOperator picture, double left, double top, double size) {
        return (x, y) -> picture.applyAsDouble(left + size * x, top + size * y);
    }

    static DoubleBinaryOperator mirrored(DoubleBinaryOperator picture) {
        return (x, y) -> picture.applyAsDouble(1 - x, y);
    }
}
