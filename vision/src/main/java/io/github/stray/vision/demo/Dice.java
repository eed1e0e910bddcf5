// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.demo;

import java.util.List;
import java.util.Random;

/**
 * The chances of one image. {@link Random} is used because its sequence is laid down by its documentation, so that an
 * image is the same on every machine.
 */
final class Dice {
    private final Random random;

    Dice(long seed) {
        random = new Random(seed);
    }

    /** Dice that depend on the four values only: neighbouring indices share nothing. */
    static Dice of(long seed, String set, int kind, int index) {
        long state = mix(seed);
        for (int i = 0; i < set.length(); i++) {
            state = mix(state + set.charAt(i));
        }
        return new Dice(mix(mix(state + kind) + index));
    }

    /** Uniform in {@code [low, high)}. */
    double between(double low, double high) {
        return low + (high - low) * random.nextDouble();
    }

    /** Uniform among {@code low..high}, both included. */
    int among(int low, int high) {
        return low + random.nextInt(high - low + 1);
    }

    /** Normal with mean 0. */
    double normal(double deviation) {
        return deviation * random.nextGaussian();
    }

    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    <T> T pick(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    long seed() {
        return random.nextLong();
    }

    /** Spreads every bit of the input over the output (the finalizer of MurmurHash3, 64 bits, after Appleby). */
    static long mix(long value) {
        long z = value + 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 33)) * 0xFF51AFD7ED558CCDL;
        z = (z ^ (z >>> 33)) * 0xC4CEB9FE1A85EC53L;
        return z ^ (z >>> 33);
    }
}
