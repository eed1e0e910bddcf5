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
@SuppressWarnings("doclint:missing")
public interface Kernels {
    /**
     * Rows of a tile. With two vectors of columns a tile keeps 12 sums, 2 vectors of the right operand and one broadcast
     * value of the left one in registers, 15 of the 16 that AVX2 has. Twelve sums are more than the 8 that keep two
     * multiply-add units busy, so a load that comes late stalls none of them.
     */
    int ROWS = 6;

    /** Which provider this is: {@code scalar}, or {@code vector} and the width of a register, such as {@code vector-256}. */
    String name();

    /** Columns of a tile of floats, a small whole number. */
    int floatColumns();

    /** Columns of a tile of doubles, a small whole number. */
    int doubleColumns();

    /**
     * Adds inner products of {@code length} terms to a tile {@code [ROWS][floatColumns]}, of a panel {@code [length][ROWS]} of
     * the left operand and one {@code [length][floatColumns]} of the right.
     */
    void addDots(float[] a, int aAt, float[] b, int bAt, int length, float[] tile);

    /** Adds squared differences to a tile, of panels as {@link #addDots(float[], int, float[], int, int, float[])} takes them. */
    void addSquaredDistances(float[] a, int aAt, float[] b, int bAt, int length, float[] tile);

    /**
     * Adds inner products of {@code length} terms to a tile {@code [ROWS][doubleColumns]}, of a panel {@code [length][ROWS]} of
     * the left operand and one {@code [length][doubleColumns]} of the right.
     */
    void addDots(double[] a, int aAt, double[] b, int bAt, int length, double[] tile);

    /**
     * Which rows of a tile {@code [ROWS][floatColumns]}, none of it NaN, hold a value above their bar: bit r is set if row r
     * does. The bars of the rows stand one after the other.
     */
    int rowsAbove(float[] tile, float[] bars, int barsAt);

    /**
     * Where the first value above a bar stands, from {@code from} to before {@code to}; {@code to} if there is none. No value is
     * NaN.
     */
    int firstAbove(float[] values, int from, int to, float bar);

    /**
     * Inner products of all pairs of some rows of {@code length}: of {@code aRows} rows of a from {@code aRow} on with
     * {@code bRows} rows of b from {@code bRow} on, {@code [aRows x bRows]}.
     */
    default void dots(double[] a, int aRow, int aRows, double[] b, int bRow, int bRows, int length, double[] out) {
        DoublePanels right = DoublePanels.ofRows(b, bRow * length, length, bRows, length, doubleColumns());
        right.times(this, a, aRow * length, length, aRows, out, 0, bRows);
    }

    /** One inner product of {@code length} terms. */
    double dot(double[] a, int aOffset, double[] b, int bOffset, int length);

    /** The same, to the last bit, of terms in float32 that are widened on the way. */
    double dot(double[] a, int aOffset, float[] b, int bOffset, int length);

    /** One squared Euclidean distance of {@code length} terms. */
    double squaredDistance(double[] a, int aOffset, double[] b, int bOffset, int length);

    /** {@code y += factor x}. The two parts do not overlap. */
    void addScaled(double factor, double[] x, int xAt, double[] y, int yAt, int length);

    /** Rotates two rows: {@code x, y = c x + s y, c y - s x}. They do not overlap. */
    void rotate(double c, double s, double[] values, int xAt, int yAt, int length);
}
