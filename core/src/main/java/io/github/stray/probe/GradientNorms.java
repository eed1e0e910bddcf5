// SPDX-License-Identifier: Apache-2.0
package io.github.stray.probe;

/**
 * How far a minimisation came: Euclidean norms of the objective's gradient.
 *
 * @param start at the starting point, at least 0
 * @param end at the point reached, at least 0
 */
public record GradientNorms(double start, double end) {
    /** {@return what is left of the gradient: end / start; 0 if the start already was the minimum} */
    public double ratio() {
        return start == 0 ? 0 : end / start;
    }
}
