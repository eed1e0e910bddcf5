// SPDX-License-Identifier: Apache-2.0
package io.github.stray.internal.linalg;

/**
 * The largest inner products of some queries with the rows of a bank that is read in blocks and never held whole, double
 * throughout. Rows may have any length, so this is no search by cosine. A result depends neither on other queries nor on
 * blocks.
 */
public final class LargestProducts {
    private static final int QUERY_BLOCK = 1 << 10;
    private static final int BANK_BLOCK_VALUES = 1 << 18;
    private static final int TILE_VALUES = 1 << 17;
    private static final int FOUND_VALUES = 1 << 22;

    private LargestProducts() {}

    /** Reads rows of the bank. */
    @FunctionalInterface
    public interface Bank {
        /**
         * Some rows.
         *
         * @param from first row
         * @param to row after the last
         * @return {@code [to - from x d]}
         */
        double[] rows(int from, int to);
    }

    /** Receives the result of one query. */
    @FunctionalInterface
    public interface Found {
        /**
         * Takes the products of a query.
         *
         * @param query index of the query
         * @param products the k largest, largest first
         */
        void found(int query, double[] products);
    }

    /**
     * Searches on the calling thread.
     *
     * @param bank rows {@code [n x d]}
     * @param count n
     * @param dimension d
     * @param queries {@code [queryCount x d]}
     * @param queryCount number of queries
     * @param k products a query, 1 to n
     * @param kernels inner loops
     * @param found called once a query, in order
     * @throws IllegalArgumentException if k is out of range
     */
    public static void search(
            Bank bank,
            int count,
            int dimension,
            double[] queries,
            int queryCount,
            int k,
            Kernels kernels,
            Found found) {
        if (k < 1 || k > count) {
            throw new IllegalArgumentException("k must lie in 1 .. %d, the rows there are, was %d".formatted(count, k));
        }
        int step = Math.max(1, Math.min(QUERY_BLOCK, FOUND_VALUES / k));
        int bankStep =
                Math.max(4, Math.min(BANK_BLOCK_VALUES / dimension, TILE_VALUES / Math.clamp(queryCount, 1, step)));
        for (int from = 0; from < queryCount; from += step) {
            int size = Math.min(step, queryCount - from);
            TopK[] best = new TopK[size];
            for (int q = 0; q < size; q++) {
                best[q] = new TopK(k);
            }
            for (int first = 0; first < count; first += bankStep) {
                int rows = Math.min(bankStep, count - first);
                double[] tile = new double[size * rows];
                kernels.dots(queries, from, size, bank.rows(first, first + rows), 0, rows, dimension, tile);
                for (int q = 0; q < size; q++) {
                    for (int r = 0; r < rows; r++) {
                        best[q].offer(tile[q * rows + r], first + r);
                    }
                }
            }
            for (int q = 0; q < size; q++) {
                double[] products = new double[k];
                best[q].drain(products, new int[k]);
                found.found(from + q, products);
            }
        }
    }
}
