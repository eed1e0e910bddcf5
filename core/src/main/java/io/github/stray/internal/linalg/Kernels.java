// SPDX-License-Identifier: Apache-2.0
package io.github.stray.internal.linalg;

/**
 * The inner loops. Implementations are stateless.
 *
 * <p>The work is done tile by tile on packed operands, see {@link Panels}: the left operand in panels of {@link #ROWS} rows,
 * the right one in panels of {@link #floatColumns()} or {@link #doubleColumns()} columns. An element of a tile is summed
 * term by term in the order of the rows, each by one fused multiply-add that starts from the element as it was. So it
 * depends on its own two rows alone, bit for bit: not on its place among others, not on where a long row is cut, not on
 * the width of a register, and not on the provider.
 */
public interface Kernels {
    /**
     * Rows of a tile. With two vectors of columns a tile keeps 12 sums, 2 vectors of the right operand and one broadcast
     * value of the left one in registers, 15 of the 16 that AVX2 has. Twelve sums are more than the 8 that keep two
     * multiply-add units busy, so a load that comes late stalls none of them.
     */
    int ROWS = 6;

    /**
     * Which provider this is.
     *
     * @return {@code scalar}, or {@code vector} and the width of a register, such as {@code vector-256}
     */
    String name();

    /**
     * Columns of a tile of floats.
     *
     * @return a small whole number
     */
    int floatColumns();

    /**
     * Columns of a tile of doubles.
     *
     * @return a small whole number
     */
    int doubleColumns();

    /**
     * Adds inner products to a tile of {@link #ROWS} rows and {@link #floatColumns()} columns.
     *
     * @param a holds a panel of the left operand, {@code [length][ROWS]}
     * @param aAt where it starts
     * @param b holds a panel of the right operand, {@code [length][floatColumns]}
     * @param bAt where it starts
     * @param length number of terms
     * @param tile the tile, {@code [ROWS][floatColumns]}
     */
    void addDots(float[] a, int aAt, float[] b, int bAt, int length, float[] tile);

    /**
     * Adds squared differences to a tile of {@link #ROWS} rows and {@link #floatColumns()} columns.
     *
     * @param a holds a panel of the left operand, {@code [length][ROWS]}
     * @param aAt where it starts
     * @param b holds a panel of the right operand, {@code [length][floatColumns]}
     * @param bAt where it starts
     * @param length number of terms
     * @param tile the tile, {@code [ROWS][floatColumns]}
     */
    void addSquaredDistances(float[] a, int aAt, float[] b, int bAt, int length, float[] tile);

    /**
     * Adds inner products to a tile of {@link #ROWS} rows and {@link #doubleColumns()} columns.
     *
     * @param a holds a panel of the left operand, {@code [length][ROWS]}
     * @param aAt where it starts
     * @param b holds a panel of the right operand, {@code [length][doubleColumns]}
     * @param bAt where it starts
     * @param length number of terms
     * @param tile the tile, {@code [ROWS][doubleColumns]}
     */
    void addDots(double[] a, int aAt, double[] b, int bAt, int length, double[] tile);

    /**
     * Which rows of a tile hold a value above their bar.
     *
     * @param tile {@code [ROWS][floatColumns]}, none NaN
     * @param bars holds a bar for each row
     * @param barsAt where the first row's stands
     * @return bit r is set if row r does
     */
    int rowsAbove(float[] tile, float[] bars, int barsAt);

    /**
     * Where the first value above a bar stands.
     *
     * @param values holds the values, none NaN
     * @param from index of the first value looked at
     * @param to index after the last
     * @param bar what a value must exceed
     * @return its index, or {@code to} if there is none
     */
    int firstAbove(float[] values, int from, int to, float bar);

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
    default void dots(double[] a, int aRow, int aRows, double[] b, int bRow, int bRows, int length, double[] out) {
        DoublePanels right = DoublePanels.ofRows(b, bRow * length, length, bRows, length, doubleColumns());
        right.times(this, a, aRow * length, length, aRows, out, 0, bRows);
    }

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

    /**
     * {@code y += factor x}. The two parts do not overlap.
     *
     * @param factor factor
     * @param x holds the row added
     * @param xAt where it starts
     * @param y holds the row that changes
     * @param yAt where it starts
     * @param length their length
     */
    void addScaled(double factor, double[] x, int xAt, double[] y, int yAt, int length);

    /**
     * Rotates two rows: {@code x, y = c x + s y, c y - s x}. They do not overlap.
     *
     * @param c cosine
     * @param s sine
     * @param values holds both rows
     * @param xAt where the first starts
     * @param yAt where the second starts
     * @param length their length
     */
    void rotate(double c, double s, double[] values, int xAt, int yAt, int length);
}
