// SPDX-License-Identifier: Apache-2.0
package io.github.stray.internal.linalg;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.internal.linalg.NearestRows.Measure;
import io.github.stray.store.Npy;
import io.github.stray.store.NpyWriter;
import io.github.stray.tensor.ElementType;
import io.github.stray.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;

/**
 * 1,000 queries against a mapped gallery of 1,280,000 x 1,024 in float32 and in float16, in one pass over the file. The
 * page cache is warm if the machine has the memory: reading alone is measured first, twice.
 *
 * <pre>
 * tools/bench/java.sh -Xmx512m io.github.stray.internal.linalg.LargeGalleryBenchmark /tmp/galleries
 * tools/bench/kernels.sh     # this among the other kernels, and writes benchmarks/results/kernels.txt
 * </pre>
 */
public final class LargeGalleryBenchmark {
    private static final int DIMENSION = 1024;
    private static final int QUERIES = 1000;
    private static final int BLOCK = 256;

    private LargeGalleryBenchmark() {}

    /**
     * Measures.
     *
     * @param args folder for the made-up files, written where they are missing; and, if wanted, other than 1,280,000 rows
     * @throws IOException if a file cannot be written or mapped
     */
    public static void main(String[] args) throws IOException {
        int rows = args.length > 1 ? Integer.parseInt(args[1]) : 1_280_000;
        System.out.printf(
                "stray, kernels %s, %d threads, maximal heap %d MB%n",
                Simd.kernels().name(), FmaPeak.threads(), Runtime.getRuntime().maxMemory() >> 20);
        for (ElementType type : new ElementType[] {ElementType.F32, ElementType.F16}) {
            Path file = Path.of(args[0]).resolve("gallery-" + rows + "-" + type + ".npy");
            if (!Files.exists(file)) {
                write(file, type, rows);
            }
            measure(FeatureMatrix.of(Npy.read(file)));
        }
    }

    private static void write(Path file, ElementType type, int rows) throws IOException {
        float[] block = new float[BLOCK * DIMENSION];
        try (NpyWriter writer = NpyWriter.create(file, type, DIMENSION)) {
            for (int from = 0; from < rows; from += BLOCK) {
                int size = Math.min(BLOCK, rows - from);
                int first = from;
                IntStream.range(0, size).parallel().forEach(i -> fill(block, i, first + i));
                writer.floats(block, 0, size * DIMENSION);
            }
            writer.commit();
        }
    }

    private static void fill(float[] block, int i, int row) {
        var random = new SplittableRandom(row);
        for (int t = 0; t < DIMENSION; t++) {
            block[i * DIMENSION + t] = (random.nextInt() >> 16) / 32768f;
        }
    }

    private static void measure(FeatureMatrix gallery) {
        Tensor tensor = gallery.toTensor();
        double bytes = (double) tensor.size() * tensor.type().bytes();
        System.out.printf("%n%s, %.2f GB%n", gallery, bytes / 1e9);
        for (int i = 0; i < 2; i++) {
            System.out.printf("reading the bytes alone: %.2f GB/s%n", bytes / 1e9 / read(tensor.data()));
        }
        System.out.printf("reading as float32 rows: %.2f GB/s%n", bytes / 1e9 / copy(gallery));
        FeatureMatrix queries = NearestRowsBenchmark.madeUp(QUERIES, DIMENSION, 9);
        var inBlocks = new AtomicLong();
        var alone = new AtomicLong();
        NearestRows.Rows counted = (from, to, target, offset) -> {
            (to - from == 1 ? alone : inBlocks).addAndGet(to - from);
            gallery.copyRows(from, to, target, offset);
        };
        for (int round = 0; round < 2; round++) {
            NearestRows nearest = new NearestRows(counted, gallery.rows(), DIMENSION, Measure.COSINE, Simd.kernels());
            for (int k : new int[] {1, 50}) {
                inBlocks.set(0);
                alone.set(0);
                resetPeaks();
                double before = FmaPeak.gigaflops();
                long start = System.nanoTime();
                nearest.search(queries::copyRows, QUERIES, k, (query, rows, values) -> {});
                double seconds = (System.nanoTime() - start) / 1e9;
                double after = FmaPeak.gigaflops();
                double rate = 2.0 * gallery.rows() * QUERIES * DIMENSION / seconds / 1e9;
                System.out.printf(
                        "%d-NN of %d queries: %.2f s, %.2f GB/s, %.1f GFLOP/s, %.0f %% of the lower peak (before %.1f, after %.1f); %.2f passes over the file and %d rows read again; heap at most %d MB%n",
                        k,
                        QUERIES,
                        seconds,
                        bytes / 1e9 / seconds,
                        rate,
                        100 * rate / Math.min(before, after),
                        before,
                        after,
                        (double) inBlocks.get() / gallery.rows(),
                        alone.get(),
                        peak() >> 20);
            }
        }
    }

    private static double read(MemorySegment data) {
        long chunk = 1 << 20;
        int chunks = Math.toIntExact(Math.ceilDiv(data.byteSize(), chunk));
        var sum = new LongAdder();
        long start = System.nanoTime();
        IntStream.range(0, FmaPeak.threads()).parallel().forEach(thread -> {
            byte[] bytes = new byte[(int) chunk];
            for (int i = thread; i < chunks; i += FmaPeak.threads()) {
                int size = (int) Math.min(chunk, data.byteSize() - i * chunk);
                MemorySegment.copy(data, ValueLayout.JAVA_BYTE, i * chunk, bytes, 0, size);
                sum.add(bytes[0]);
            }
        });
        return (System.nanoTime() - start) / 1e9 + (sum.sum() == Long.MIN_VALUE ? 1 : 0);
    }

    private static double copy(FeatureMatrix gallery) {
        int blocks = Math.ceilDiv(gallery.rows(), BLOCK);
        long start = System.nanoTime();
        IntStream.range(0, FmaPeak.threads()).parallel().forEach(thread -> {
            float[] block = new float[BLOCK * DIMENSION];
            for (int i = thread; i < blocks; i += FmaPeak.threads()) {
                gallery.copyRows(i * BLOCK, Math.min(gallery.rows(), (i + 1) * BLOCK), block, 0);
            }
        });
        return (System.nanoTime() - start) / 1e9;
    }

    private static void resetPeaks() {
        System.gc();
        ManagementFactory.getMemoryPoolMXBeans().forEach(pool -> pool.resetPeakUsage());
    }

    private static long peak() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .mapToLong(pool -> pool.getPeakUsage().getUsed())
                .sum();
    }
}
