// SPDX-License-Identifier: Apache-2.0
package io.github.stray.probe;

/**
 * The schedule of the recipe, over N steps counted from 0: linear warm-up over the first w = floor(N / 10), then half a
 * cosine. {@code rate(s) = peak * s / (w - 1)} for s below w (0 where w = 1), else {@code peak * (1 + cos(pi (s - w) / (N -
 * w))) / 2}. Neither depends on the size of a batch.
 *
 * @param peak largest rate
 * @param steps N, at least 1
 */
record LearningRate(double peak, long steps) {
    double at(long step) {
        long warmUp = steps / 10;
        if (step < warmUp) {
            return warmUp == 1 ? 0 : peak * step / (warmUp - 1);
        }
        return peak * (1 + Math.cos(Math.PI * (step - warmUp) / (steps - warmUp))) / 2;
    }
}
