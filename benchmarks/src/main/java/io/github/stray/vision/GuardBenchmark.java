// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision;

import com.sun.management.UnixOperatingSystemMXBean;
import io.github.stray.detect.Detection;
import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.feature.Layer;
import io.github.stray.vision.image.ImageDecoder;
import io.github.stray.vision.model.ModelStore;
import io.github.stray.vision.onnx.OnnxExtractor;
import io.github.stray.vision.preprocess.Preprocessing;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * One image through a {@link Guard}, beside decoding, resizing and inference called by hand for the same image right after it;
 * the same answers from 32 platform and 32 virtual threads; threads, descriptors and heap after many checks. Prints rows of
 * Markdown.
 *
 * <pre>
 * tools/bench/guard.sh     # makes networks, detectors and images, and writes benchmarks/results/guard.txt
 * </pre>
 */
public final class GuardBenchmark {
    private static final int CALLERS = 32;

    private GuardBenchmark() {}

    /**
     * Measures.
     *
     * @param arguments guard.stray, folder of images, timed checks, checks of each of the many threads together, checks of the
     *     long run
     * @throws Exception if anything fails
     */
    public static void main(String[] arguments) throws Exception {
        Path detector = Path.of(arguments[0]);
        List<byte[]> images = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of(arguments[1]))) {
            for (Path file : files.sorted().toList()) {
                images.add(Files.readAllBytes(file));
            }
        }
        try (Guard guard = Guard.open(detector);
                OnnxExtractor byHand =
                        ModelStore.ofEnvironment().find(guard.extractor()).open()) {
            time(guard, byHand, images, Integer.parseInt(arguments[2]));
            System.out.printf(
                    "| %s: %d platform and %d virtual threads, %s checks each kind | %s |%n",
                    guard.extractor(),
                    CALLERS,
                    CALLERS,
                    arguments[3],
                    sameFromManyThreads(guard, images, Integer.parseInt(arguments[3])));
            last(guard, images, Integer.parseInt(arguments[4]));
        }
    }

    private static void time(Guard guard, OnnxExtractor extractor, List<byte[]> images, int checks) throws IOException {
        FloatBuffer buffer = extractor.buffer(1);
        List<Layer> layers = guard.detector().fitted().layers();
        var whole = new Times(checks);
        var parts = new Times(checks);
        for (int i = -checks / 4; i < checks; i++) {
            byte[] image = images.get(Math.floorMod(i, images.size()));
            if (i % 2 == 0) {
                whole.take(i, () -> guard.check("image", image, 3));
                parts.take(i, () -> byHand(extractor, image, buffer, layers));
            } else {
                parts.take(i, () -> byHand(extractor, image, buffer, layers));
                whole.take(i, () -> guard.check("image", image, 3));
            }
        }
        System.out.printf(
                "| %s, gallery of %d x %d, 3 neighbours, %d checks: by the clock | %s | parts by hand %s | median of the differences %.2f ms |%n",
                guard.extractor(),
                guard.detector().gallery().orElseThrow().rows().rows(),
                guard.detector().gallery().orElseThrow().rows().dimension(),
                checks,
                quantiles(whole.clock),
                quantiles(parts.clock),
                quantile(differences(whole.clock, parts.clock), 0.5));
        System.out.printf(
                "| the same, processor time of the calling thread, which does all the work | %s | parts by hand %s | median of the differences %.2f ms |%n",
                quantiles(whole.processor),
                quantiles(parts.processor),
                quantile(differences(whole.processor, parts.processor), 0.5));
    }

    /** Milliseconds of each of many runs. */
    private static final class Times {
        private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

        private final double[] clock;
        private final double[] processor;

        Times(int runs) {
            clock = new double[runs];
            processor = new double[runs];
        }

        /** Runs before the first are not kept. */
        void take(int run, Turns.Work<Object> work) throws IOException {
            long start = System.nanoTime();
            long used = THREADS.getCurrentThreadCpuTime();
            work.run();
            long usedThen = THREADS.getCurrentThreadCpuTime();
            long end = System.nanoTime();
            if (run >= 0) {
                clock[run] = (end - start) / 1e6;
                processor[run] = (usedThen - used) / 1e6;
            }
        }
    }

    private static double[] differences(double[] whole, double[] parts) {
        double[] more = new double[whole.length];
        Arrays.setAll(more, i -> whole[i] - parts[i]);
        return more;
    }

    private static String quantiles(double[] millis) {
        return "p50 %.2f ms, p99 %.2f ms".formatted(quantile(millis, 0.5), quantile(millis, 0.99));
    }

    private static double quantile(double[] values, double share) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[(int) Math.min(sorted.length - 1L, Math.round(share * sorted.length))];
    }

    private static Object byHand(OnnxExtractor extractor, byte[] image, FloatBuffer buffer, List<Layer> layers)
            throws IOException {
        Pixels pixels = ImageDecoder.decode(image);
        Preprocessing preprocessing = extractor.preprocessing();
        preprocessing.tensor(preprocessing.prepared(pixels), buffer, 0);
        return extractor.features(1, buffer, layers);
    }

    private static String sameFromManyThreads(Guard guard, List<byte[]> images, int checks) throws Exception {
        var expected = new ArrayList<Detection>();
        for (byte[] image : images) {
            expected.add(guard.check("image", image, 3));
        }
        int wrong = 0;
        try (ExecutorService platform = Executors.newFixedThreadPool(CALLERS);
                ExecutorService virtual = Executors.newVirtualThreadPerTaskExecutor()) {
            for (ExecutorService pool : List.of(platform, virtual)) {
                var callers = new ArrayList<Future<Integer>>();
                for (int c = 0; c < CALLERS; c++) {
                    int caller = c;
                    callers.add(pool.submit(() -> {
                        int different = 0;
                        for (int i = caller; i < checks; i += CALLERS) {
                            int image = i % images.size();
                            Detection given = guard.check("image", images.get(image), 3);
                            different += given.equals(expected.get(image)) ? 0 : 1;
                        }
                        return different;
                    }));
                }
                for (Future<Integer> caller : callers) {
                    wrong += caller.get();
                }
            }
        }
        return wrong == 0 ? "all equal to the sequential ones" : wrong + " DIFFER from the sequential ones";
    }

    private static void last(Guard guard, List<byte[]> images, int checks) throws IOException {
        long before = System.nanoTime();
        for (int i = 0; i <= checks; i++) {
            if (i == checks / 10 || i == checks / 2 || i == checks) {
                System.gc();
                var memory = ManagementFactory.getMemoryMXBean();
                var threads = ManagementFactory.getThreadMXBean();
                System.out.printf(
                        "| %s: after %d checks in a row (%.0f s) | %d threads, %d started ever | %s descriptors | %.1f MB heap |%n",
                        guard.extractor(),
                        i,
                        (System.nanoTime() - before) / 1e9,
                        threads.getThreadCount(),
                        threads.getTotalStartedThreadCount(),
                        ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                                ? Long.toString(unix.getOpenFileDescriptorCount())
                                : "unknown",
                        memory.getHeapMemoryUsage().getUsed() / 1e6);
            }
            guard.check("image", images.get(i % images.size()), 3);
        }
    }
}
