// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.demo;

/** Value noise: smooth between random values on the integer lattice, summed over octaves of halving strength. */
record FractalNoise(long seed) {
    /** In 0 to 1, one half on average. */
    double at(double x, double y, int octaves) {
        double sum = 0;
        double weight = 0;
        double amplitude = 1;
        double frequency = 1;
        for (int octave = 0; octave < octaves; octave++) {
            sum += amplitude * smooth(x * frequency, y * frequency, octave);
            weight += amplitude;
            amplitude /= 2;
            frequency *= 2;
        }
        return sum / weight;
    }

    private double smooth(double x, double y, int octave) {
        long left = (long) Math.floor(x);
        long top = (long) Math.floor(y);
        double u = ease(x - left);
        double v = ease(y - top);
        double upper = lattice(left, top, octave) * (1 - u) + lattice(left + 1, top, octave) * u;
        double lower = lattice(left, top + 1, octave) * (1 - u) + lattice(left + 1, top + 1, octave) * u;
        return upper * (1 - v) + lower * v;
    }

    private double lattice(long x, long y, int octave) {
        return (Dice.mix(Dice.mix(seed + octave + x * 0x632BE5ABL) + y) >>> 11) * 0x1.0p-53;
    }

    private static double ease(double t) {
        return t * t * (3 - 2 * t);
    }
}
