// SPDX-License-Identifier: Apache-2.0
package io.github.stray.internal.linalg;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.internal.linalg.NearestRows.Measure;
import io.github.stray.tensor.ElementType;
import io.github.stray.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.stream.IntStream;

/**
 * Exact neighbours of 10,000 queries in a gallery of 50,000 x 768, as a share of the peak measured just before and after.
 * Gallery and queries lie outside the heap, so {@code -Xmx} bounds the working memory.
 *
 * <pre>
 * tools/bench/java.sh -Xmx64m io.github.stray.internal.linalg.NearestRowsBenchmark
 * tools/bench/kernels.sh     # in turns with FAISS and OpenBLAS, and writes benchmarks/results/kernels.txt
 * </pre>
 *
 * With {@code --rounds} it waits for a line on standard input before each figure, so that a script can let another engine
 * take its turns in between.
 */
public final class NearestRowsBenchmark {
    private static final int GALLERY = 50_000;
    private static final int QUERIES = 10_000;
    private static final int DIMENSION = 768;

    private NearestRowsBenchmark() {}

    /**
     * Measures.
     *
     * @param args {@code --rounds} to wait for a line before each figure
     */
    public static void main(String[] args) {
        FeatureMatrix gallery = madeUp(GALLERY, DIMENSION, 1);
        FeatureMatrix queries = madeUp(QUERIES, DIMENSION, 2);
        System.out.printf(
                "stray, kernels %s, %d threads, maximal heap %d MB%n",
                Simd.kernels().name(), FmaPeak.threads(), Runtime.getRuntime().maxMemory() >> 20);
        boolean waits = Arrays.asList(args).contains("--rounds");
        FmaPeak.gigaflops();
        NearestRows nearest =
                new NearestRows(gallery::copyRows, gallery.rows(), gallery.dimension(), Measure.COSINE, Simd.kernels());
        search(nearest, queries, 1);
        search(nearest, queries, 50);
        for (int round = 0; round < (waits ? Integer.MAX_VALUE : 3); round++) {
            for (int k : new int[] {1, 50}) {
                if (waits && !awaitLine()) {
                    return;
                }
                double before = FmaPeak.gigaflops();
                double seconds = search(nearest, queries, k);
                double after = FmaPeak.gigaflops();
                double rate = 2.0 * GALLERY * QUERIES * DIMENSION / seconds / 1e9;
                System.out.printf(
                        "stray %d-NN: %.2f s, %.1f GFLOP/s, %.0f %% of the lower peak (before %.1f, after %.1f)%n",
                        k, seconds, rate, 100 * rate / Math.min(before, after), before, after);
            }
        }
    }

    private static boolean awaitLine() {
        try {
            int read = System.in.read();
            while (read != '\n' && read != -1) {
                read = System.in.read();
            }
            return read == '\n';
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static double search(NearestRows nearest, FeatureMatrix queries, int k) {
        DoubleAdder sum = new DoubleAdder();
        long start = System.nanoTime();
        nearest.search(queries::copyRows, queries.rows(), k, (query, rows, values) -> sum.add(values[k - 1]));
        double seconds = (System.nanoTime() - start) / 1e9;
        if (!Double.isFinite(sum.sum())) {
            throw new IllegalStateException("a value was not finite");
        }
        return seconds;
    }

    static FeatureMatrix madeUp(int rows, int dimension, long seed) {
        MemorySegment bytes = Arena.global().allocate(4L * rows * dimension, 64);
        IntStream.range(0, rows).parallel().forEach(i -> {
            var random = new SplittableRandom(seed * 1_000_003 + i);
            for (int t = 0; t < dimension; t++) {
                bytes.setAtIndex(ValueLayout.JAVA_FLOAT, (long) i * dimension + t, (float) random.nextGaussian());
            }
        });
        return FeatureMatrix.of(Tensor.of(ElementType.F32, new long[] {rows, dimension}, bytes));
    }
}
