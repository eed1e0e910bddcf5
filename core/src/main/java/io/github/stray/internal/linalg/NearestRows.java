// SPDX-License-Identifier: Apache-2.0
package io.github.stray.internal.linalg;

import java.util.concurrent.ForkJoinPool;
import java.util.stream.IntStream;

/**
 * Exact nearest rows of a gallery {@code [n x d]} that is read in blocks and never held whole. Immutable and safe for
 * concurrent use if the rows are.
 *
 * <p>Queries are cut into blocks, one thread each; a thread reads the gallery block by block, computes one tile of
 * similarities in float32 and feeds it to the top-k of each query, so no n x m matrix exists. The float32 pass only
 * chooses candidates, {@value #SLACK} more than asked for; their similarities are then computed in double and ranked
 * again. So reported values are those of double arithmetic, and a row can be passed over only if more than
 * {@value #SLACK} others lie within float32 rounding of it. A result depends neither on other queries nor on threads or
 * blocks.
 *
 * <p>Rows enter the float32 pass scaled to unit length, or, for distances between raw rows, by the power of two that
 * brings the gallery's largest entry near 1: entries of 1e30 or 1e-30 neither overflow nor vanish. Where a gallery has
 * both, or more equal rows than candidates, all candidates of a query may be too near for float32 squares; that query is
 * then compared with every row in double.
 */
public final class NearestRows {
    /** What "near" means. */
    public enum Measure {
        /** Largest cosine; 0 where a row is zero. */
        COSINE,
        /** Smallest squared Euclidean distance between rows. */
        SQUARED_DISTANCE,
        /** Smallest squared Euclidean distance between rows scaled to unit length; a zero row stays zero. */
        UNIT_SQUARED_DISTANCE
    }

    /** Reads rows {@code from} (inclusive) to {@code to} (exclusive) into an array. */
    @FunctionalInterface
    public interface Rows {
        /**
         * Copies rows.
         *
         * @param from first row
         * @param to row after the last
         * @param target receives the rows
         * @param offset first index written
         */
        void copyRows(int from, int to, float[] target, int offset);
    }

    /** Receives the result of one query, possibly on another thread than the caller's. */
    @FunctionalInterface
    public interface Found {
        /**
         * Takes the neighbours of a query.
         *
         * @param query index of the query
         * @param rows k gallery rows, nearest first; of equally near ones the lower row first
         * @param values their cosines or squared distances
         */
        void found(int query, int[] rows, double[] values);
    }

    private static final int SLACK = 8;
    private static final int QUERY_BLOCK = 192;
    private static final int GALLERY_BLOCK_FLOATS = 1 << 15;
    private static final int PASS_BLOCK = 1024;

    /** Scaled squared distances below this may have lost terms to underflow. */
    private static final double BLURRED = 0x1p-100;

    private final Rows rows;
    private final int count;
    private final int dimension;
    private final Measure measure;
    private final Kernels kernels;
    private final double[] squares;
    private final double commonScale;

    /**
     * Prepares a search; reads the gallery once.
     *
     * @param rows finite gallery rows
     * @param count n, at least 0
     * @param dimension d, at least 1
     * @param measure what near means
     * @param kernels inner loops
     * @throws IllegalArgumentException if a row is not finite
     */
    public NearestRows(Rows rows, int count, int dimension, Measure measure, Kernels kernels) {
        this.rows = rows;
        this.count = count;
        this.dimension = dimension;
        this.measure = measure;
        this.kernels = kernels;
        this.squares = new double[measure == Measure.SQUARED_DISTANCE ? 0 : count];
        int block = Math.max(1, Math.min(PASS_BLOCK, (1 << 20) / dimension));
        int blocks = Math.ceilDiv(count, block);
        double largest = IntStream.range(0, blocks)
                .parallel()
                .mapToDouble(b -> inspect(b * block, Math.min(count, (b + 1) * block)))
                .max()
                .orElse(0);
        if (!Double.isFinite(largest)) {
            throw new IllegalArgumentException("gallery rows must be finite, found NaN or infinity");
        }
        this.commonScale = largest == 0 ? 1 : Math.scalb(1.0, -Math.getExponent(largest));
    }

    private float inspect(int from, int to) {
        float[] block = new float[(to - from) * dimension];
        rows.copyRows(from, to, block, 0);
        if (measure != Measure.SQUARED_DISTANCE) {
            for (int i = from; i < to; i++) {
                squares[i] = Norms.square(block, (i - from) * dimension, dimension);
            }
        }
        float largest = 0;
        for (float value : block) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }

    /**
     * Finds the k nearest rows of each query.
     *
     * @param queries finite rows of the gallery's dimension
     * @param queryCount number of queries
     * @param k neighbours per query, 1 to n
     * @param found called once a query, concurrently and in no order
     * @throws IllegalArgumentException if k is out of range
     */
    public void search(Rows queries, int queryCount, int k, Found found) {
        if (k < 1 || k > count) {
            throw new IllegalArgumentException("k must lie in 1 .. %d, the rows there are, was %d".formatted(count, k));
        }
        int threads = ForkJoinPool.getCommonPoolParallelism() + 1;
        int limit = Math.min(QUERY_BLOCK, Math.min((1 << 20) / dimension, (1 << 22) / k));
        int block = Math.max(1, Math.min(limit, Math.ceilDiv(queryCount, threads)));
        IntStream.range(0, Math.ceilDiv(queryCount, block))
                .parallel()
                .forEach(b -> searchBlock(queries, b * block, Math.min(queryCount, (b + 1) * block), k, found));
    }

    private void searchBlock(Rows queries, int from, int to, int k, Found found) {
        int queryRows = to - from;
        float[] raw = new float[queryRows * dimension];
        queries.copyRows(from, to, raw, 0);
        double[] querySquares = new double[queryRows];
        float[] scaled = raw.clone();
        TopK[] candidates = new TopK[queryRows];
        for (int q = 0; q < queryRows; q++) {
            querySquares[q] = Norms.square(raw, q * dimension, dimension);
            scale(scaled, q * dimension, scaleOf(querySquares[q]));
            candidates[q] = new TopK((int) Math.min(count, (long) k + SLACK));
        }
        int blockRows = Math.min(count, Math.max(4, GALLERY_BLOCK_FLOATS / dimension));
        float[] block = new float[blockRows * dimension];
        float[] tile = new float[queryRows * blockRows];
        for (int first = 0; first < count; first += blockRows) {
            int size = Math.min(blockRows, count - first);
            rows.copyRows(first, first + size, block, 0);
            for (int g = 0; g < size; g++) {
                scale(block, g * dimension, scaleOf(squares.length == 0 ? 0 : squares[first + g]));
            }
            if (measure == Measure.COSINE) {
                kernels.dots(scaled, queryRows, block, size, dimension, tile);
            } else {
                kernels.squaredDistances(scaled, queryRows, block, size, dimension, tile);
            }
            for (int q = 0; q < queryRows; q++) {
                collect(tile, q * size, size, first, candidates[q]);
            }
        }
        float[] row = new float[dimension];
        for (int q = 0; q < queryRows; q++) {
            rank(from + q, raw, q * dimension, querySquares[q], candidates[q], k, row, found);
        }
    }

    private double scaleOf(double square) {
        if (measure == Measure.SQUARED_DISTANCE) {
            return commonScale;
        }
        return square == 0 ? 0 : 1 / Math.sqrt(square);
    }

    private void scale(float[] values, int offset, double factor) {
        for (int t = offset; t < offset + dimension; t++) {
            values[t] = (float) (values[t] * factor);
        }
    }

    private void collect(float[] tile, int offset, int size, int first, TopK candidates) {
        double sign = measure == Measure.COSINE ? 1 : -1;
        double bar = candidates.bar();
        boolean full = candidates.isFull();
        for (int g = 0; g < size; g++) {
            double key = sign * tile[offset + g];
            if (!full || key > bar) {
                candidates.offer(key, first + g);
                bar = candidates.bar();
                full = candidates.isFull();
            }
        }
    }

    private void rank(
            int query,
            float[] queries,
            int offset,
            double querySquare,
            TopK candidates,
            int k,
            float[] row,
            Found found) {
        TopK best = new TopK(k);
        boolean all = measure == Measure.SQUARED_DISTANCE && -candidates.bar() < BLURRED;
        for (int c = 0; c < (all ? count : candidates.size()); c++) {
            int g = all ? c : candidates.row(c);
            rows.copyRows(g, g + 1, row, 0);
            best.offer(key(queries, offset, querySquare, row, squares.length == 0 ? 0 : squares[g]), g);
        }
        int[] nearest = new int[k];
        double[] values = new double[k];
        best.drain(values, nearest);
        if (measure != Measure.COSINE) {
            for (int i = 0; i < k; i++) {
                values[i] = 0.0 - values[i];
            }
        }
        found.found(query, nearest, values);
    }

    // One root of the product of squares, not two roots: the cosine of a row with itself is then exactly 1.
    private double key(float[] queries, int offset, double querySquare, float[] row, double rowSquare) {
        return switch (measure) {
            case COSINE ->
                querySquare == 0 || rowSquare == 0
                        ? 0
                        : Math.clamp(
                                Norms.dot(queries, offset, row, 0, dimension) / Math.sqrt(querySquare * rowSquare),
                                -1.0,
                                1.0);
            case SQUARED_DISTANCE -> -Norms.squaredDistance(queries, offset, 1, row, 0, 1, dimension);
            case UNIT_SQUARED_DISTANCE ->
                -Norms.squaredDistance(queries, offset, divisor(querySquare), row, 0, divisor(rowSquare), dimension);
        };
    }

    private static double divisor(double square) {
        return square == 0 ? 1 : Math.sqrt(square);
    }
}
