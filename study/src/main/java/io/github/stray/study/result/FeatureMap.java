// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.result;

import java.util.List;

/**
 * Features of an ID and an OOD set in the plane, each image judged at the canonical cut of a TPR of 0.95.
 *
 * @param cell whose extractor places the images and whose detector judges them
 * @param explained share of the variance of the training set that the plane holds, in [0, 1]
 * @param most images taken of each set, at most
 * @param points images
 */
public record FeatureMap(Cell cell, double explained, int most, List<Point> points) {
    /** Copies the list. */
    public FeatureMap {
        points = List.copyOf(points);
    }

    /**
     * An image in the plane.
     *
     * @param x finite
     * @param y finite
     * @param kind what it is and how it was judged
     */
    public record Point(double x, double y, Kind kind) {
        /** Checks that it can be drawn. */
        public Point {
            if (!Double.isFinite(x) || !Double.isFinite(y)) {
                throw new IllegalArgumentException("a point must be finite, got %s, %s".formatted(x, y));
            }
        }
    }

    /** What an image is and how it was judged. */
    public enum Kind {
        /** An ID image that was kept. */
        ID,
        /** An OOD image that was rejected. */
        OOD,
        /** An ID image that was rejected: a mistake. */
        ID_REJECTED,
        /** An OOD image that was kept: a mistake. */
        OOD_KEPT
    }
}
