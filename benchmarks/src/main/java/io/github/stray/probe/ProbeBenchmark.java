// SPDX-License-Identifier: Apache-2.0
package io.github.stray.probe;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.Labels;
import io.github.stray.probe.LinearProbe.Solver;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.SplittableRandom;

/**
 * Times a linear probe by the paper's recipe on made-up rows around a centre a class.
 *
 * <pre>
 * tools/bench/java.sh -Xmx3g io.github.stray.probe.ProbeBenchmark 50000 768 100 100 adam
 * tools/bench/probe.sh     # in turns with the same in PyTorch, probe_torch.py
 * </pre>
 */
public final class ProbeBenchmark {
    private ProbeBenchmark() {}

    /**
     * Trains once and prints the seconds from rows to head, standardisation included.
     *
     * @param args rows, dimension, classes, epochs, and adam or lbfgs
     */
    public static void main(String[] args) {
        int n = Integer.parseInt(args[0]);
        int d = Integer.parseInt(args[1]);
        int classes = Integer.parseInt(args[2]);
        int epochs = Integer.parseInt(args[3]);
        Solver solver = Solver.valueOf(args[4].toUpperCase(Locale.ROOT));
        var random = new SplittableRandom(42);
        float[] centres = gaussian(random, classes * d);
        float[] rows = gaussian(random, n * d);
        int[] labels = new int[n];
        for (int i = 0; i < n; i++) {
            labels[i] = random.nextInt(classes);
            for (int t = 0; t < d; t++) {
                rows[i * d + t] += 0.25f * centres[labels[i] * d + t];
            }
        }
        FeatureSet training =
                FeatureSet.of(FeatureMatrix.copyOf(rows, n, d), "made up").withLabels(Labels.of(labels));
        var recipe = new LinearProbe(solver, epochs, 256, 42, 1e-3, 1e-3, OptionalInt.empty());
        long start = System.nanoTime();
        TrainedProbe probe = recipe.train(training);
        System.out.printf(
                Locale.ROOT,
                "%.2f s, %d steps, loss %.4f%n",
                (System.nanoTime() - start) / 1e9,
                probe.steps(),
                probe.training().loss());
    }

    private static float[] gaussian(SplittableRandom random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
