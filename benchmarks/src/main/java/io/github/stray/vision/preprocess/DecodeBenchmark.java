// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.preprocess;

import com.sun.management.OperatingSystemMXBean;
import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.vision.image.ImageDecoder;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Images a second of processor time on one thread: decoding alone, resizing alone, both. The time is that of the whole
 * process, collector and compilers included, so other work on the machine counts for less.
 *
 * <pre>
 * tools/bench/java.sh -Xmx2g -XX:+UseSerialGC io.github.stray.vision.preprocess.DecodeBenchmark photos 3
 * tools/bench/decode.sh     # in turns with Pillow, and writes benchmarks/results/decode.txt
 * </pre>
 */
public final class DecodeBenchmark {
    private static final double WARM_UP_SECONDS = 3;

    /** What is timed; the number keeps the work from being left out. */
    private interface Step<T> {
        int run(T image) throws IOException;
    }

    private DecodeBenchmark() {}

    /**
     * Times the files of a folder.
     *
     * @param args folder; seconds a measurement
     * @throws IOException if a file cannot be decoded
     */
    public static void main(String[] args) throws IOException {
        var files = new ArrayList<byte[]>();
        try (Stream<Path> listed = Files.list(Path.of(args[0]))) {
            for (Path file : listed.sorted().toList()) {
                files.add(Files.readAllBytes(file));
            }
        }
        double seconds = Double.parseDouble(args[1]);
        var decoded = new ArrayList<Pixels>();
        for (byte[] file : files) {
            decoded.add(ImageDecoder.decode(file));
        }
        Preprocessing crop = rule("shortest:224", "center:224");
        Preprocessing exact = rule("exact:224x224", "none");
        System.out.printf(
                Locale.ROOT,
                "decode %.0f  shortest+crop %.0f  both %.0f  exact %.0f  both %.0f  [%s]%n",
                rate(files, seconds, file -> ImageDecoder.decode(file).rgb()[0]),
                rate(decoded, seconds, image -> crop.resized(image).rgb()[0]),
                rate(
                        files,
                        seconds,
                        file -> crop.resized(ImageDecoder.decode(file)).rgb()[0]),
                rate(decoded, seconds, image -> exact.resized(image).rgb()[0]),
                rate(
                        files,
                        seconds,
                        file -> exact.resized(ImageDecoder.decode(file)).rgb()[0]),
                ImageDecoder.jpegDecoder());
    }

    private static Preprocessing rule(String resize, String crop) {
        List<Double> half = List.of(0.5, 0.5, 0.5);
        return new Preprocessing(
                224,
                224,
                ResizeRule.of(resize),
                CropRule.of(crop),
                Interpolation.BICUBIC,
                Preprocessing.UNIT_SCALE,
                half,
                half,
                ChannelOrder.RGB);
    }

    private static <T> double rate(List<T> images, double seconds, Step<T> step) throws IOException {
        measure(images, WARM_UP_SECONDS, step);
        return measure(images, seconds, step);
    }

    private static <T> double measure(List<T> images, double seconds, Step<T> step) throws IOException {
        long start = processorNanos();
        long done = 0;
        int sum = 0;
        double elapsed;
        do {
            for (T image : images) {
                sum += step.run(image);
            }
            done += images.size();
            elapsed = (processorNanos() - start) / 1e9;
        } while (elapsed < seconds);
        if (sum == Integer.MIN_VALUE) {
            throw new IllegalStateException("no sum of bytes is this");
        }
        return done / elapsed;
    }

    private static long processorNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }
}
