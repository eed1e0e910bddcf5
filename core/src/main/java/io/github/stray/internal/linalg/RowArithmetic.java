// SPDX-License-Identifier: Apache-2.0
package io.github.stray.internal.linalg;

import io.github.stray.internal.linalg.NearestRows.Measure;

/** How near two rows are, in double. */
record RowArithmetic(Measure measure, int dimension, Kernels kernels) {
    static double toUnit(double square) {
        return square == 0 ? 0 : 1 / Math.sqrt(square);
    }

    static double divisor(double square) {
        return square == 0 ? 1 : Math.sqrt(square);
    }

    /** How near a row is, the larger the nearer; the row and, for distances between unit rows, also the query are scaled. */
    // One root of the product of squares, not two roots: the cosine of a row with itself is then exactly 1.
    double key(double[] query, double querySquare, double[] row, double rowSquare) {
        return switch (measure) {
            case COSINE, INNER_PRODUCT -> similarity(kernels.dot(query, 0, row, 0, dimension), querySquare, rowSquare);
            case SQUARED_DISTANCE -> -kernels.squaredDistance(query, 0, row, 0, dimension);
            case UNIT_SQUARED_DISTANCE -> {
                divide(row, divisor(rowSquare));
                yield -kernels.squaredDistance(query, 0, row, 0, dimension);
            }
        };
    }

    double similarity(double product, double querySquare, double rowSquare) {
        if (measure == Measure.INNER_PRODUCT) {
            return product;
        }
        return querySquare == 0 || rowSquare == 0
                ? 0
                : Math.clamp(product / Math.sqrt(querySquare * rowSquare), -1.0, 1.0);
    }

    double square(float[] values, int i, double[] row) {
        widen(values, i, row);
        return kernels.dot(row, 0, row, 0, dimension);
    }

    void widen(float[] values, int i, double[] row) {
        for (int t = 0; t < dimension; t++) {
            row[t] = values[i * dimension + t];
        }
    }

    static void divide(double[] row, double divisor) {
        for (int t = 0; t < row.length; t++) {
            row[t] /= divisor;
        }
    }
}
