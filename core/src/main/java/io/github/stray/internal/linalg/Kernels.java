// SPDX-License-Identifier: Apache-2.0
package io.github.stray.internal.linalg;

/**
 * The inner loops. Matrices are row-major without gaps: row i of {@code a} starts at {@code i * length}. A result depends
 * on its two rows alone, bit for bit, never on their place among others. Implementations are stateless.
 */
public interface Kernels {
    /**
     * Which provider this is.
     *
     * @return {@code scalar}, or {@code vector} and the width of a register, such as {@code vector-256}
     */
    String name();

    /**
     * Inner products of all pairs of rows, summed in float32.
     *
     * @param a {@code [aRows x length]}
     * @param aRows rows of a
     * @param b {@code [bRows x length]}
     * @param bRows rows of b
     * @param length length of a row
     * @param out receives {@code [aRows x bRows]}
     */
    void dots(float[] a, int aRows, float[] b, int bRows, int length, float[] out);

    /**
     * Squared Euclidean distances of all pairs of rows, differences first, summed in float32.
     *
     * @param a {@code [aRows x length]}
     * @param aRows rows of a
     * @param b {@code [bRows x length]}
     * @param bRows rows of b
     * @param length length of a row
     * @param out receives {@code [aRows x bRows]}
     */
    void squaredDistances(float[] a, int aRows, float[] b, int bRows, int length, float[] out);

    /**
     * Inner products of all pairs of some rows.
     *
     * @param a matrix with rows of {@code length}
     * @param aRow first row taken of a
     * @param aRows number of rows taken of a
     * @param b matrix with rows of {@code length}
     * @param bRow first row taken of b
     * @param bRows number of rows taken of b
     * @param length length of a row
     * @param out receives {@code [aRows x bRows]}
     */
    void dots(double[] a, int aRow, int aRows, double[] b, int bRow, int bRows, int length, double[] out);

    /**
     * One inner product.
     *
     * @param a holds the first operand
     * @param aOffset where it starts
     * @param b holds the second
     * @param bOffset where it starts
     * @param length number of terms
     * @return the sum of products
     */
    double dot(double[] a, int aOffset, double[] b, int bOffset, int length);

    /**
     * One squared Euclidean distance.
     *
     * @param a holds the first operand
     * @param aOffset where it starts
     * @param b holds the second
     * @param bOffset where it starts
     * @param length number of terms
     * @return the sum of squared differences
     */
    double squaredDistance(double[] a, int aOffset, double[] b, int bOffset, int length);
}
