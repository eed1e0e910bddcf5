// SPDX-License-Identifier: Apache-2.0
package io.github.stray.internal.linalg;

import java.util.Arrays;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Exact nearest rows of a gallery {@code [n x d]} that is read in blocks and never held whole. Safe for concurrent use if
 * the rows are.
 *
 * <p>All queries are packed once, in chunks if they are many; threads then take gallery blocks as they come. A thread
 * reads a block once, packs it, computes tiles of similarities in float32 between it and every query, and feeds them to
 * its own top-k of each query; no n x m matrix exists, and 1,000 queries cost one pass over a mapped file. The float32 pass
 * only chooses candidates, {@value #SLACK} more than asked for; their similarities are then computed in double and ranked
 * again. So reported values are those of double arithmetic, and a row can be passed over only if more than
 * {@value #SLACK} others lie within float32 rounding of it. A result depends neither on other queries nor on threads or
 * blocks.
 *
 * <p>Rows enter the float32 pass scaled to unit length, or, for distances between raw rows, by the power of two that
 * brings the gallery's largest entry near 1: entries of 1e30 or 1e-30 neither overflow nor vanish. Where a gallery has
 * both, or more equal rows than candidates, all candidates of a query may be too near for float32 squares; that query is
 * then compared with every row in double.
 *
 * <p>Working memory: a chunk of packed queries with their candidates takes at most {@value #CHUNK_BYTES} bytes (or what one
 * query needs), a thread two gallery blocks of at most {@value #BLOCK_VALUES} values and one tile; the squares of the
 * gallery rows, 8 bytes a row, are kept between searches.
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
    private static final int CHUNK_BYTES = 48 << 20;
    private static final int QUERY_BLOCK = 16 * Kernels.ROWS;
    private static final int BLOCK_ROWS = 384;
    private static final int BLOCK_VALUES = 1 << 19;

    /** Scaled squared distances below this may have lost terms to underflow. */
    private static final double BLURRED = 0x1p-100;

    private final Rows rows;
    private final int count;
    private final int dimension;
    private final Measure measure;
    private final Kernels kernels;
    private final int blockRows;
    private final double commonScale;

    /** Squares of the rows' lengths, known after the first search; every search finds the same. */
    private volatile double @Nullable [] squares;

    /**
     * Prepares a search. For distances between raw rows this reads the gallery once, otherwise nothing is read.
     *
     * @param rows finite gallery rows
     * @param count n, at least 0
     * @param dimension d, at least 1
     * @param measure what near means
     * @param kernels inner loops
     * @throws IllegalArgumentException if the gallery is read and a row is not finite
     */
    public NearestRows(Rows rows, int count, int dimension, Measure measure, Kernels kernels) {
        this.rows = rows;
        this.count = count;
        this.dimension = dimension;
        this.measure = measure;
        this.kernels = kernels;
        int width = kernels.floatColumns();
        this.blockRows = Math.max(1, Math.min(BLOCK_ROWS, BLOCK_VALUES / dimension) / width) * width;
        this.commonScale = measure == Measure.SQUARED_DISTANCE ? powerOfTwoScale() : 1;
    }

    private double powerOfTwoScale() {
        double largest = IntStream.range(0, Math.ceilDiv(count, blockRows))
                .parallel()
                .mapToDouble(b -> largest(b * blockRows, Math.min(count, (b + 1) * blockRows)))
                .max()
                .orElse(0);
        if (!Double.isFinite(largest)) {
            throw notFinite();
        }
        return largest == 0 ? 1 : Math.scalb(1.0, -Math.getExponent(largest));
    }

    private float largest(int from, int to) {
        float[] block = new float[(to - from) * dimension];
        rows.copyRows(from, to, block, 0);
        float largest = 0;
        for (float value : block) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }

    private static IllegalArgumentException notFinite() {
        return new IllegalArgumentException("gallery rows must be finite, found NaN or infinity");
    }

    /**
     * Finds the k nearest rows of each query.
     *
     * @param queries finite rows of the gallery's dimension
     * @param queryCount number of queries
     * @param k neighbours per query, 1 to n
     * @param found called once a query, concurrently and in no order
     * @throws IllegalArgumentException if k is out of range or a gallery row is not finite
     */
    public void search(Rows queries, int queryCount, int k, Found found) {
        if (k < 1 || k > count) {
            throw new IllegalArgumentException("k must lie in 1 .. %d, the rows there are, was %d".formatted(count, k));
        }
        int threads = ForkJoinPool.getCommonPoolParallelism() + 1;
        int keep = (int) Math.min(count, (long) k + SLACK);
        long queryBytes = 4L * dimension + 8L * threads * keep;
        int chunk = (int) Math.max(1, Math.min(queryCount, CHUNK_BYTES / queryBytes));
        for (int from = 0; from < queryCount; from += chunk) {
            new Pass(queries, from, Math.min(queryCount, from + chunk), keep).run(threads, k, found);
        }
    }

    private double scaleOf(double square) {
        if (measure == Measure.SQUARED_DISTANCE) {
            return commonScale;
        }
        return square == 0 ? 0 : 1 / Math.sqrt(square);
    }

    private static double divisor(double square) {
        return square == 0 ? 1 : Math.sqrt(square);
    }

    /** One pass over the gallery for a chunk of queries. */
    private final class Pass {
        private final Rows queries;
        private final int from;
        private final int to;
        private final int keep;
        private final int blocks;
        private final float[][] packed;

        /** Of each query the highest bar of any thread's candidates. Races lose an update, never an entry: see collect. */
        private final float[][] bars;

        private final double @Nullable [] known = squares;
        private final double[] found;
        private final AtomicInteger next = new AtomicInteger();
        private final AtomicBoolean broken = new AtomicBoolean();

        Pass(Rows queries, int from, int to, int keep) {
            this.queries = queries;
            this.from = from;
            this.to = to;
            this.keep = keep;
            this.blocks = Math.ceilDiv(to - from, QUERY_BLOCK);
            this.packed = new float[blocks][];
            this.bars = new float[blocks][];
            this.found = known != null ? known : new double[measure == Measure.SQUARED_DISTANCE ? 0 : count];
        }

        void run(int threads, int k, Found consumer) {
            IntStream.range(0, blocks).parallel().forEach(this::pack);
            int galleryBlocks = Math.ceilDiv(count, blockRows);
            Candidates[][] candidates = IntStream.range(0, Math.min(threads, galleryBlocks))
                    .parallel()
                    .mapToObj(worker -> scan(galleryBlocks))
                    .toArray(Candidates[][]::new);
            if (broken.get()) {
                throw notFinite();
            }
            squares = found;
            IntStream.range(0, blocks).parallel().forEach(b -> {
                Candidates best = candidates[0][b];
                for (int worker = 1; worker < candidates.length; worker++) {
                    best.offerAll(candidates[worker][b]);
                }
                rank(b, best, k, consumer);
            });
        }

        private int size(int block) {
            return Math.min(QUERY_BLOCK, to - from - block * QUERY_BLOCK);
        }

        private void pack(int block) {
            int size = size(block);
            int first = from + block * QUERY_BLOCK;
            float[] values = new float[size * dimension];
            queries.copyRows(first, first + size, values, 0);
            double[] row = new double[dimension];
            for (int q = 0; q < size; q++) {
                scale(values, q, square(values, q, row), row);
            }
            float[] panels = new float[Panels.size(size, Kernels.ROWS, dimension)];
            Panels.packRows(values, 0, dimension, size, dimension, Kernels.ROWS, panels, 0);
            packed[block] = panels;
            bars[block] = new float[size];
            Arrays.fill(bars[block], Float.NEGATIVE_INFINITY);
        }

        private double square(float[] values, int i, double[] row) {
            widen(values, i, row);
            return kernels.dot(row, 0, row, 0, dimension);
        }

        private void widen(float[] values, int i, double[] row) {
            for (int t = 0; t < dimension; t++) {
                row[t] = values[i * dimension + t];
            }
        }

        private void divide(double[] row, double divisor) {
            for (int t = 0; t < dimension; t++) {
                row[t] /= divisor;
            }
        }

        private void scale(float[] values, int i, double square, double[] row) {
            double factor = scaleOf(square);
            for (int t = 0; t < dimension; t++) {
                values[i * dimension + t] = (float) (row[t] * factor);
            }
        }

        private Candidates[] scan(int galleryBlocks) {
            Candidates[] candidates = new Candidates[blocks];
            for (int b = 0; b < blocks; b++) {
                candidates[b] = new Candidates(size(b), keep);
            }
            float[] values = new float[Math.min(count, blockRows) * dimension];
            float[] panels = new float[Panels.size(Math.min(count, blockRows), kernels.floatColumns(), dimension)];
            float[] tile = new float[Kernels.ROWS * kernels.floatColumns()];
            float[] floors = new float[QUERY_BLOCK];
            double[] row = new double[dimension];
            for (int block = next.getAndIncrement(); block < galleryBlocks; block = next.getAndIncrement()) {
                int first = block * blockRows;
                int size = Math.min(blockRows, count - first);
                rows.copyRows(first, first + size, values, 0);
                for (int g = 0; g < size; g++) {
                    scaleGalleryRow(values, g, first + g, row);
                }
                Panels.packRows(values, 0, dimension, size, dimension, kernels.floatColumns(), panels, 0);
                for (int b = 0; b < blocks; b++) {
                    compare(b, panels, size, first, candidates[b], tile, floors);
                }
            }
            return candidates;
        }

        private void scaleGalleryRow(float[] values, int i, int g, double[] row) {
            if (measure == Measure.SQUARED_DISTANCE) {
                widen(values, i, row);
                scale(values, i, 0, row);
                return;
            }
            double square = square(values, i, row);
            found[g] = square;
            if (!Double.isFinite(square)) {
                broken.set(true);
            }
            scale(values, i, square, row);
        }

        private void compare(
                int block,
                float[] panels,
                int galleryRows,
                int first,
                Candidates candidates,
                float[] tile,
                float[] floors) {
            int queryRows = size(block);
            float[] shared = bars[block];
            Arrays.fill(floors, Float.POSITIVE_INFINITY);
            for (int q = 0; q < queryRows; q++) {
                floors[q] = Math.max(Math.nextDown(shared[q]), candidates.bar(q));
            }
            int width = kernels.floatColumns();
            for (int g = 0; g < galleryRows; g += width) {
                for (int q = 0; q < queryRows; q += Kernels.ROWS) {
                    similarities(packed[block], q * dimension, panels, g * dimension, tile);
                    int above = candidates.isFull(q) ? kernels.rowsAbove(tile, floors, q) : -1;
                    for (int r = 0; r < Math.min(Kernels.ROWS, queryRows - q); r++) {
                        if ((above & 1 << r) != 0) {
                            int columns = Math.min(width, galleryRows - g);
                            offer(tile, r * width, columns, first + g, candidates, q + r, floors);
                        }
                    }
                }
            }
            for (int q = 0; q < queryRows; q++) {
                if (candidates.bar(q) > shared[q]) {
                    shared[q] = candidates.bar(q);
                }
            }
        }

        private void similarities(float[] left, int leftAt, float[] right, int rightAt, float[] tile) {
            Arrays.fill(tile, 0);
            if (measure == Measure.COSINE) {
                kernels.addDots(left, leftAt, right, rightAt, dimension, tile);
                return;
            }
            kernels.addSquaredDistances(left, leftAt, right, rightAt, dimension, tile);
            for (int i = 0; i < tile.length; i++) {
                tile[i] = -tile[i];
            }
        }

        // A row below another thread's bar has as many better ones there as are kept. One equal to it may still be the
        // lower row. So the floor is just below the others' bars, or this thread's own.
        private void offer(
                float[] tile, int at, int columns, int first, Candidates candidates, int query, float[] floors) {
            int end = at + columns;
            int g = at;
            while (g < end && !candidates.isFull(query)) {
                candidates.offer(query, tile[g], first + g - at);
                g++;
            }
            float floor = Math.max(floors[query], candidates.bar(query));
            g = kernels.firstAbove(tile, g, end, floor);
            while (g < end) {
                candidates.offer(query, tile[g], first + g - at);
                floor = Math.max(floor, candidates.bar(query));
                g = kernels.firstAbove(tile, g + 1, end, floor);
            }
            floors[query] = floor;
        }

        private void rank(int block, Candidates candidates, int k, Found consumer) {
            int first = from + block * QUERY_BLOCK;
            float[] value = new float[dimension];
            double[] query = new double[dimension];
            double[] row = new double[dimension];
            for (int q = 0; q < size(block); q++) {
                queries.copyRows(first + q, first + q + 1, value, 0);
                double querySquare = square(value, 0, query);
                if (measure == Measure.UNIT_SQUARED_DISTANCE) {
                    divide(query, divisor(querySquare));
                }
                TopK best = new TopK(k);
                if (measure == Measure.SQUARED_DISTANCE && -candidates.bar(q) < BLURRED) {
                    for (int g = 0; g < count; g++) {
                        best.offer(key(query, querySquare, g, value, row), g);
                    }
                } else {
                    for (int g : candidates.sortedRows(q)) {
                        best.offer(key(query, querySquare, g, value, row), g);
                    }
                }
                int[] nearest = new int[k];
                double[] values = new double[k];
                best.drain(values, nearest);
                if (measure != Measure.COSINE) {
                    for (int i = 0; i < k; i++) {
                        values[i] = 0.0 - values[i];
                    }
                }
                consumer.found(first + q, nearest, values);
            }
        }

        // One root of the product of squares, not two roots: the cosine of a row with itself is then exactly 1.
        private double key(double[] query, double querySquare, int g, float[] value, double[] row) {
            rows.copyRows(g, g + 1, value, 0);
            if (measure == Measure.COSINE) {
                double rowSquare = found[g];
                if (querySquare == 0 || rowSquare == 0) {
                    return 0;
                }
                widen(value, 0, row);
                double dot = kernels.dot(query, 0, row, 0, dimension);
                return Math.clamp(dot / Math.sqrt(querySquare * rowSquare), -1.0, 1.0);
            }
            widen(value, 0, row);
            if (measure == Measure.UNIT_SQUARED_DISTANCE) {
                divide(row, divisor(found[g]));
            }
            return -kernels.squaredDistance(query, 0, row, 0, dimension);
        }
    }
}
