// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.attack;

import io.github.stray.graph.gradient.InputGradient;
import io.github.stray.internal.linalg.FmaPeak;
import io.github.stray.vision.onnx.InferenceOptions;
import io.github.stray.vision.onnx.InputTensor;
import io.github.stray.vision.onnx.NetworkSource;
import io.github.stray.vision.onnx.OnnxNetwork;
import io.github.stray.vision.onnx.Provider;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * What value and gradient cost beside the value alone: both runs of the same file, in turns.
 *
 * <pre>
 * tools/bench/java.sh io.github.stray.vision.attack.GradientBenchmark net.onnx features 224
 * tools/bench/attack.sh     # with a network of ViT-B/32's size, and writes benchmarks/results/attack.txt
 * </pre>
 */
public final class GradientBenchmark {
    private GradientBenchmark() {}

    /**
     * Prints seconds, their ratio, and the memory of the process.
     *
     * @param args network, tensor, side of the images; batch and rounds, if wanted
     * @throws IOException if the network cannot be run
     */
    public static void main(String[] args) throws IOException {
        Path file = Path.of(args[0]);
        String tensor = args[1];
        int side = Integer.parseInt(args[2]);
        int batch = args.length > 3 ? Integer.parseInt(args[3]) : 16;
        int rounds = args.length > 4 ? Integer.parseInt(args[4]) : 5;
        int threads = Runtime.getRuntime().availableProcessors();
        NetworkSource source = NetworkSource.of(file, String.valueOf(file.getFileName()));
        var options = new InferenceOptions(threads, Provider.CPU);
        String input = source.graph().inputs().getFirst();
        FloatBuffer images = filled(batch * 3 * side * side);
        try (OnnxNetwork forward = OnnxNetwork.load(source.withOutputs(List.of(tensor)), options);
                ImageGradient both = ImageGradient.open(
                        source, input, tensor, InputGradient.Objective.COSINE, batch, side, side, options)) {
            FloatBuffer targets = filled(batch * both.targetLength());
            long[] shape = {batch, 3, side, side};
            double[] ratios = new double[rounds];
            for (int round = -1; round < rounds; round++) {
                double before = FmaPeak.gigaflops();
                long start = System.nanoTime();
                forward.run(Map.of(input, new InputTensor.Floats(images, shape)), List.of(tensor));
                long middle = System.nanoTime();
                both.run(images, targets);
                double value = (middle - start) / 1e9;
                double gradient = (System.nanoTime() - middle) / 1e9;
                if (round >= 0) {
                    ratios[round] = gradient / value;
                    System.out.printf(
                            "value %.3f s, value and gradient %.3f s, %.2f times; FMA peak %.0f before, %.0f after%n",
                            value, gradient, ratios[round], before, FmaPeak.gigaflops());
                }
            }
            Arrays.sort(ratios);
            System.out.printf(
                    "%s, %s, batch %d, %d threads: median %.2f times; peak memory of the process %s%n",
                    source.name(), tensor, batch, threads, ratios[rounds / 2], peak());
        }
    }

    private static String peak() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .map(line -> line.substring("VmHWM:".length()).strip())
                .findFirst()
                .orElse("unknown");
    }

    private static FloatBuffer filled(int size) {
        FloatBuffer buffer = InputTensor.buffer(size);
        var random = new SplittableRandom(1);
        for (int i = 0; i < size; i++) {
            buffer.put(i, (float) random.nextGaussian());
        }
        return buffer;
    }
}
