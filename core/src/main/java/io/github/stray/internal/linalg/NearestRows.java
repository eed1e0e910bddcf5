// SPDX-License-Identifier: Apache-2.0
package io.github.stray.internal.linalg;

import java.util.Arrays;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Exact nearest rows of a gallery {@code [n x d]} that is read in blocks and never held whole. Safe for concurrent use if
 * the rows are.
 *
 * <p>All queries are packed once, in chunks if they are many. The gallery is read and packed block by block; while the
 * next block is packed, tiles of similarities in float32 between this one and every query are computed and compared with
 * the bars of the queries' top-k as they come. So no n x m matrix exists, and 1,000 queries cost one pass over a mapped
 * file. Threads share a gallery block and take blocks of queries in turns. The float32 pass only chooses candidates,
 * {@value #SLACK} more than asked for; their similarities are then computed in double and ranked again. So reported values
 * are those of double arithmetic, and a row can be passed over only if more than {@value #SLACK} others lie within float32
 * rounding of it. A result depends neither on other queries nor on threads or blocks, but for such a row: one or two queries
 * are compared with every row in double at once, which passes over none.
 *
 * <p>Rows enter the float32 pass scaled to unit length, or, for distances and products of raw rows, gallery rows (and, for
 * distances, queries) by the power of two that brings the gallery's largest entry near 1: entries of 1e30 or 1e-30 neither
 * overflow nor vanish. Where a gallery has both, or more equal rows than candidates, all candidates of a query may be too
 * near for float32; that query is then compared with every row in double.
 *
 * <p>Working memory: a chunk of packed queries with their candidates takes at most {@value #CHUNK_BYTES} bytes (or what six
 * queries need), two gallery blocks at most {@value #BLOCK_VALUES} values each (or one panel), and a thread
 * {@value #PACK_VALUES} values (or one panel), one tile and a few rows, and while queries are packed a block of 96 of them
 * beside; the squares of the gallery rows, 8 bytes a row, are kept between searches.
 */
@SuppressWarnings("doclint:missing")
public final class NearestRows {
    /** What "near" means. */
    public enum Measure {
        /** Largest cosine; 0 where a row is zero. */
        COSINE,
        /** Smallest squared Euclidean distance between rows. */
        SQUARED_DISTANCE,
        /** Smallest squared Euclidean distance between rows scaled to unit length; a zero row stays zero. */
        UNIT_SQUARED_DISTANCE,
        /** Largest inner product. */
        INNER_PRODUCT
    }

    /** The rows of a matrix. */
    @FunctionalInterface
    public interface Rows {
        /** Copies rows {@code from} (inclusive) to {@code to} (exclusive) into an array. */
        void copyRows(int from, int to, float[] target, int offset);
    }

    /** Receives the nearest rows of one query and two cosines, possibly on another thread than the caller's. */
    @FunctionalInterface
    public interface RankFound {
        /** Takes gallery rows with their cosines as {@link Found} does, and the cosines at rank k and, NaN if there is none, k + 1. */
        void found(int query, int[] rows, double[] values, double kth, double next);
    }

    /** Receives the result of one query, possibly on another thread than the caller's. */
    @FunctionalInterface
    public interface Found {
        /**
         * Takes k gallery rows, nearest first, of equally near ones the lower row first; and their cosines, squared distances or
         * products.
         */
        void found(int query, int[] rows, double[] values);
    }

    static final int SLACK = 8;

    /** Queries for which packing the gallery does not pay. */
    private static final int FEW_QUERIES = 2;

    /** Values of a gallery that one thread goes over in a few milliseconds. */
    private static final long ON_ONE_THREAD = 1 << 23;

    private static final int CHUNK_BYTES = 48 << 20;
    /** Queries that stay in the second-level cache while a block of the gallery passes. */
    private static final int QUERY_BLOCK = 16 * Kernels.ROWS;

    /** Blocks of queries for each thread, if there are queries enough, so that no thread waits long for the others. */
    private static final int TURNS = 8;

    private static final int BLOCK_VALUES = 1 << 19;
    private static final int PACK_VALUES = 1 << 16;

    /**
     * How much is held at once, in bytes of packed queries with their candidates, values of a gallery block, and values that a
     * thread packs at once. A test takes less, to have many blocks of few rows.
     */
    record Sizes(int chunkBytes, int blockValues, int packValues) {
        static final Sizes USUAL = new Sizes(CHUNK_BYTES, BLOCK_VALUES, PACK_VALUES);
    }

    /** Scaled squared distances and products nearer to 0 than this may have lost terms to underflow. */
    private static final double BLURRED = 0x1p-100;

    private final Rows rows;
    private final int count;
    private final int dimension;
    private final Measure measure;
    private final Kernels kernels;
    private final RowArithmetic arithmetic;
    private final Sizes sizes;
    private final int packRows;
    private final int blockRows;
    private final double commonScale;

    /** Squares of the rows' lengths, known after the first search; every search finds the same. */
    private volatile double @Nullable [] squares;

    /**
     * Prepares a search among n finite rows, n at least 0. For distances and products of raw rows this reads the gallery once,
     * otherwise nothing is read.
     *
     * @throws IllegalArgumentException if the gallery is read and a row is not finite
     */
    public NearestRows(Rows rows, int count, int dimension, Measure measure, Kernels kernels) {
        this(rows, count, dimension, measure, kernels, Sizes.USUAL);
    }

    NearestRows(Rows rows, int count, int dimension, Measure measure, Kernels kernels, Sizes sizes) {
        if ((long) dimension * kernels.floatColumns() > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("rows of dimension %d are too long to be packed, %d is the most"
                    .formatted(dimension, (Integer.MAX_VALUE - 8) / kernels.floatColumns()));
        }
        this.rows = rows;
        this.count = count;
        this.dimension = dimension;
        this.measure = measure;
        this.kernels = kernels;
        this.arithmetic = new RowArithmetic(measure, dimension, kernels);
        this.sizes = sizes;
        this.packRows = panelRows(sizes.packValues);
        this.blockRows = panelRows(sizes.blockValues);
        this.commonScale = rawGallery() ? powerOfTwoScale() : 1;
    }

    private boolean rawGallery() {
        return measure == Measure.SQUARED_DISTANCE || measure == Measure.INNER_PRODUCT;
    }

    private boolean isDistance() {
        return measure == Measure.SQUARED_DISTANCE || measure == Measure.UNIT_SQUARED_DISTANCE;
    }

    /** Rows of whole panels with at most so many values, or of one panel. */
    private int panelRows(int values) {
        int width = kernels.floatColumns();
        return Math.max(1, values / dimension / width) * width;
    }

    private double powerOfTwoScale() {
        double largest = IntStream.range(0, Math.ceilDiv(count, packRows))
                .parallel()
                .mapToDouble(b -> largest(b * packRows, packRows))
                .max()
                .orElse(0);
        if (!Double.isFinite(largest)) {
            throw notFinite();
        }
        return largest == 0 ? 1 : Math.scalb(1.0, -Math.getExponent(largest));
    }

    private float largest(int from, int most) {
        int size = Math.min(count - from, most);
        float[] block = new float[size * dimension];
        rows.copyRows(from, from + size, block, 0);
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
     * Finds the k nearest rows, k from 1 to n, of each query. Queries are finite and of the gallery's dimension; their results
     * come concurrently and in no order.
     *
     * @throws IllegalArgumentException if k is out of range or a gallery row is not finite
     */
    public void search(Rows queries, int queryCount, int k, Found found) {
        if (k < 1 || k > count) {
            throw new IllegalArgumentException("k must lie in 1 .. %d, the rows there are, was %d".formatted(count, k));
        }
        if (queryCount <= FEW_QUERIES) {
            for (int q = 0; q < queryCount; q++) {
                searchOne(queries, q, k, found);
            }
            return;
        }
        pass(queries, queryCount, k, pass -> pass.rank(k, found));
    }

    /**
     * Finds the few nearest rows of each query, as {@link #search} does, and the cosines at the ranks k and k + 1, which may be
     * large: of the candidates between only those near these ranks are computed in double.
     *
     * @throws IllegalArgumentException if it is not about cosines, a rank is out of range or a gallery row is not finite
     */
    public void searchRank(Rows queries, int queryCount, int nearest, int k, RankFound found) {
        int last = Math.min(count, Math.max(k + 1, nearest));
        if (measure != Measure.COSINE || k < 1 || nearest < 1 || Math.max(nearest, k) > count) {
            throw new IllegalArgumentException(
                    "expected ranks of cosines, 1 .. %d, got %d and %d of %s".formatted(count, nearest, k, measure));
        }
        if (queryCount <= FEW_QUERIES || last <= nearest + 3 * SLACK) {
            search(
                    queries,
                    queryCount,
                    last,
                    (query, near, values) -> found.found(
                            query,
                            Arrays.copyOf(near, nearest),
                            Arrays.copyOf(values, nearest),
                            values[k - 1],
                            last > k ? values[k] : Double.NaN));
            return;
        }
        pass(queries, queryCount, last, pass -> pass.rankAt(nearest, k, found));
    }

    /** Compares the queries with the gallery, a chunk at a time, so that each has candidates for its k nearest rows. */
    private void pass(Rows queries, int queryCount, int k, Consumer<Pass> compared) {
        int threads = ForkJoinPool.getCommonPoolParallelism() + 1;
        int keep = (int) Math.min(count, (long) k + SLACK);
        long queryBytes = 4L * dimension + 8L * Candidates.capacity(keep, count);
        int most = (int) Math.min(queryCount, sizes.chunkBytes / queryBytes / Kernels.ROWS * Kernels.ROWS);
        int chunk = Math.max(Kernels.ROWS, most);
        for (long from = 0; from < queryCount; from += chunk) {
            int to = (int) Math.min(queryCount, from + chunk);
            var pass = new Pass(queries, (int) from, to, keep, threads);
            pass.compare();
            compared.accept(pass);
        }
    }

    /** Compares one query with every row in double, on the calling thread unless the gallery is large. */
    private void searchOne(Rows queries, int query, int k, Found consumer) {
        float[] value = new float[dimension];
        queries.copyRows(query, query + 1, value, 0);
        double[] wanted = new double[dimension];
        double wantedSquare = arithmetic.square(value, 0, wanted);
        if (measure == Measure.UNIT_SQUARED_DISTANCE) {
            RowArithmetic.divide(wanted, RowArithmetic.divisor(wantedSquare));
        }
        double[] known = squares;
        double[] lengths = known != null ? known : new double[rawGallery() ? 0 : count];
        double[] keys = new double[count];
        Parallel.blocks(count, packRows, (long) count * dimension > ON_ONE_THREAD, (from, to) -> {
            float[] block = new float[(to - from) * dimension];
            double[] row = new double[dimension];
            rows.copyRows(from, to, block, 0);
            for (int g = from; g < to; g++) {
                int at = (g - from) * dimension;
                if (known == null && !rawGallery()) {
                    lengths[g] = arithmetic.square(block, g - from, row);
                } else if (isDistance()) {
                    arithmetic.widen(block, g - from, row);
                }
                keys[g] = isDistance()
                        ? arithmetic.key(wanted, wantedSquare, row, rawGallery() ? 1 : lengths[g])
                        : arithmetic.similarity(
                                kernels.dot(wanted, 0, block, at, dimension),
                                wantedSquare,
                                rawGallery() ? 1 : lengths[g]);
            }
        });
        if (known == null && Arrays.stream(lengths).anyMatch(square -> !Double.isFinite(square))) {
            throw notFinite();
        }
        squares = lengths;
        var ranking = new Ranking(k);
        for (int g = 0; g < count; g++) {
            ranking.offer(g, keys[g]);
        }
        ranking.deliver(query, isDistance(), consumer);
    }

    /** One pass over the gallery for a chunk of queries. */
    private final class Pass {
        private final Rows queries;
        private final int from;
        private final int to;
        private final int queryBlock;
        private final float[][] packed;
        private final Candidates[] candidates;
        private final Worker[] workers;
        private final double @Nullable [] known = squares;
        private final double[] found;
        private final AtomicBoolean broken = new AtomicBoolean();

        Pass(Rows queries, int from, int to, int keep, int threads) {
            this.queries = queries;
            this.from = from;
            this.to = to;
            int share = Math.ceilDiv(to - from, TURNS * threads);
            this.queryBlock = Math.min(QUERY_BLOCK, Math.ceilDiv(share, Kernels.ROWS) * Kernels.ROWS);
            this.packed = new float[Math.ceilDiv(to - from, queryBlock)][];
            this.candidates = new Candidates[packed.length];
            for (int b = 0; b < packed.length; b++) {
                candidates[b] = new Candidates(size(b), keep, count);
            }
            this.workers = Stream.generate(Worker::new).limit(threads).toArray(Worker[]::new);
            this.found = known != null ? known : new double[rawGallery() ? 0 : count];
        }

        void compare() {
            IntStream.range(0, packed.length).parallel().forEach(this::pack);
            float[] panels = new float[Panels.size(Math.min(count, blockRows), kernels.floatColumns(), dimension)];
            float[] spare = count > blockRows ? new float[panels.length] : panels;
            packWhileComparing(0, panels, 0, 0, panels);
            for (long from = 0; from < count; from += blockRows) {
                int first = (int) from;
                int next = (int) Math.min(count, from + blockRows);
                packWhileComparing(next, spare, first, next - first, panels);
                float[] compared = panels;
                panels = spare;
                spare = compared;
            }
            if (broken.get()) {
                throw notFinite();
            }
            squares = found;
        }

        void rank(int k, Found consumer) {
            IntStream.range(0, packed.length).parallel().forEach(b -> rank(b, candidates[b], k, consumer));
        }

        void rankAt(int nearest, int k, RankFound consumer) {
            var window = new RankWindow(nearest, k, SLACK);
            IntStream.range(0, packed.length).parallel().forEach(b -> {
                int first = from + b * queryBlock;
                float[] value = new float[dimension];
                double[] query = new double[dimension];
                double[] row = new double[dimension];
                for (int q = 0; q < size(b); q++) {
                    queries.copyRows(first + q, first + q + 1, value, 0);
                    double square = arithmetic.square(value, 0, query);
                    int[] ranked = candidates[b].rankedRows(q);
                    window.deliver(first + q, ranked, g -> key(query, square, g, value, row), consumer);
                }
            });
        }

        /** Packs the gallery block that starts at a row, if there is one, and compares another with all queries. */
        private void packWhileComparing(int packFirst, float[] packTo, int first, int size, float[] panels) {
            int packSize = Math.min(blockRows, count - packFirst);
            int packs = Math.ceilDiv(packSize, packRows);
            int tasks = packs + (size > 0 ? packed.length : 0);
            var next = new AtomicInteger();
            IntStream.range(0, workers.length).parallel().forEach(w -> {
                for (int t = next.getAndIncrement(); t < tasks; t = next.getAndIncrement()) {
                    if (t < packs) {
                        int row = t * packRows;
                        workers[w].pack(packFirst + row, Math.min(packRows, packSize - row), packTo, row * dimension);
                    } else {
                        workers[w].compare(t - packs, panels, size, first);
                    }
                }
            });
        }

        private int size(int block) {
            return Math.min(queryBlock, to - from - block * queryBlock);
        }

        private void pack(int block) {
            int size = size(block);
            int first = from + block * queryBlock;
            float[] values = new float[size * dimension];
            queries.copyRows(first, first + size, values, 0);
            double[] row = new double[dimension];
            for (int q = 0; q < size; q++) {
                double square = arithmetic.square(values, q, row);
                scale(values, q, measure == Measure.SQUARED_DISTANCE ? commonScale : RowArithmetic.toUnit(square), row);
            }
            float[] panels = new float[Panels.size(size, Kernels.ROWS, dimension)];
            Panels.packRows(values, 0, dimension, size, dimension, Kernels.ROWS, panels, 0);
            packed[block] = panels;
        }

        private void scale(float[] values, int i, double factor, double[] row) {
            for (int t = 0; t < dimension; t++) {
                values[i * dimension + t] = (float) (row[t] * factor);
            }
        }

        private void scaleGalleryRow(float[] values, int i, int g, double[] row) {
            if (rawGallery()) {
                arithmetic.widen(values, i, row);
                scale(values, i, commonScale, row);
                return;
            }
            double square = arithmetic.square(values, i, row);
            found[g] = square;
            if (!Double.isFinite(square)) {
                broken.set(true);
            }
            scale(values, i, RowArithmetic.toUnit(square), row);
        }

        /** The buffers of a thread. */
        private final class Worker {
            private final float[] values = new float[Math.min(count, packRows) * dimension];
            private final double[] row = new double[dimension];
            private final float[] tile = new float[Kernels.ROWS * kernels.floatColumns()];

            void pack(int first, int size, float[] panels, int at) {
                rows.copyRows(first, first + size, values, 0);
                for (int g = 0; g < size; g++) {
                    scaleGalleryRow(values, g, first + g, row);
                }
                Panels.packRows(values, 0, dimension, size, dimension, kernels.floatColumns(), panels, at);
            }

            void compare(int block, float[] panels, int galleryRows, int first) {
                Candidates best = candidates[block];
                int queryRows = size(block);
                int width = kernels.floatColumns();
                for (int g = 0; g < galleryRows; g += width) {
                    int columns = Math.min(width, galleryRows - g);
                    for (int q = 0; q < queryRows; q += Kernels.ROWS) {
                        similarities(packed[block], q * dimension, panels, g * dimension);
                        int all = (1 << Math.min(Kernels.ROWS, queryRows - q)) - 1;
                        int above = best.hasBar(q) ? all & kernels.rowsAbove(tile, best.bars(), q) : all;
                        for (; above != 0; above &= above - 1) {
                            int r = Integer.numberOfTrailingZeros(above);
                            offer(best, q + r, r * width, columns, first + g);
                        }
                    }
                }
            }

            private void similarities(float[] left, int leftAt, float[] right, int rightAt) {
                Arrays.fill(tile, 0);
                if (!isDistance()) {
                    kernels.addDots(left, leftAt, right, rightAt, dimension, tile);
                    return;
                }
                kernels.addSquaredDistances(left, leftAt, right, rightAt, dimension, tile);
                for (int i = 0; i < tile.length; i++) {
                    tile[i] = -tile[i];
                }
            }

            private void offer(Candidates best, int query, int at, int columns, int first) {
                int end = at + columns;
                int g = at;
                while (g < end && !best.hasBar(query)) {
                    best.offer(query, tile[g], first + g - at);
                    g++;
                }
                g = kernels.firstAbove(tile, g, end, best.bar(query));
                while (g < end) {
                    best.offer(query, tile[g], first + g - at);
                    g = kernels.firstAbove(tile, g + 1, end, best.bar(query));
                }
            }
        }

        private void rank(int block, Candidates best, int k, Found consumer) {
            int first = from + block * queryBlock;
            float[] value = new float[dimension];
            double[] query = new double[dimension];
            double[] row = new double[dimension];
            for (int q = 0; q < size(block); q++) {
                queries.copyRows(first + q, first + q + 1, value, 0);
                double querySquare = arithmetic.square(value, 0, query);
                if (measure == Measure.UNIT_SQUARED_DISTANCE) {
                    RowArithmetic.divide(query, RowArithmetic.divisor(querySquare));
                }
                int[] chosen = best.bestRows(q);
                boolean blurred = rawGallery() && Math.abs(best.bar(q)) < BLURRED;
                boolean compareAll = blurred && (isDistance() || querySquare != 0);
                var ranking = new Ranking(k);
                (compareAll ? IntStream.range(0, count) : Arrays.stream(chosen))
                        .forEach(g -> ranking.offer(g, key(query, querySquare, g, value, row)));
                ranking.deliver(first + q, isDistance(), consumer);
            }
        }

        private double key(double[] query, double querySquare, int g, float[] value, double[] row) {
            rows.copyRows(g, g + 1, value, 0);
            arithmetic.widen(value, 0, row);
            return arithmetic.key(query, querySquare, row, rawGallery() ? 1 : found[g]);
        }
    }
}
