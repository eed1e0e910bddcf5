// SPDX-License-Identifier: Apache-2.0
package io.github.stray.internal.linalg;

import io.github.stray.detect.FittedDetector;
import io.github.stray.detect.Mahalanobis;
import io.github.stray.detect.Training;
import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.Labels;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Mahalanobis on 50,000 x 1,024 rows of 1,000 classes, fitted and then scored on the same rows, as a share of the float32
 * peak measured just before and after. Counted are 2 n d^2 operations for the fit and 2 n d^2 + 2 n C d for the score,
 * although the fit needs half of them and is done in double. Then the decompositions alone.
 *
 * <pre>
 * tools/bench/java.sh -Xmx3g io.github.stray.internal.linalg.MahalanobisBenchmark
 * tools/bench/kernels.sh     # this among the other kernels, and writes benchmarks/results/kernels.txt
 * </pre>
 */
public final class MahalanobisBenchmark {
    private static final int ROWS = 50_000;
    private static final int DIMENSION = 1024;
    private static final int CLASSES = 1000;

    private MahalanobisBenchmark() {}

    /**
     * Measures.
     *
     * @param args none
     */
    public static void main(String[] args) {
        int[] labels = IntStream.range(0, ROWS).map(i -> i % CLASSES).toArray();
        Labels named = Labels.of(
                labels, IntStream.range(0, CLASSES).mapToObj(Integer::toString).toList());
        FeatureSet rows = FeatureSet.of(rows(), "made up").withLabels(named);
        System.out.printf("stray, kernels %s, %d threads%n", Simd.kernels().name(), FmaPeak.threads());
        double n = ROWS;
        double fitOperations = 2 * n * DIMENSION * DIMENSION;
        double scoreOperations = fitOperations + 2 * n * CLASSES * DIMENSION;
        for (int round = 0; round < 4; round++) {
            double before = FmaPeak.gigaflops();
            long start = System.nanoTime();
            FittedDetector fitted = new Mahalanobis().fit(Training.of(rows));
            double fit = (System.nanoTime() - start) / 1e9;
            start = System.nanoTime();
            fitted.score(rows);
            double score = (System.nanoTime() - start) / 1e9;
            double after = FmaPeak.gigaflops();
            double rate = (fitOperations + scoreOperations) / (fit + score) / 1e9;
            System.out.printf(
                    "fit %.2f s (%.1f GFLOP/s), score %.2f s (%.1f GFLOP/s), together %.1f GFLOP/s, %.0f %% of the lower peak (before %.1f, after %.1f)%s%n",
                    fit,
                    fitOperations / fit / 1e9,
                    score,
                    scoreOperations / score / 1e9,
                    rate,
                    100 * rate / Math.min(before, after),
                    before,
                    after,
                    round == 0 ? ", warming up" : "");
        }
        for (int d : new int[] {1024, 2048}) {
            decompose(d);
        }
    }

    private static FeatureMatrix rows() {
        double[] variance = new SplittableRandom(5).doubles(DIMENSION, 0.2, 3).toArray();
        FeatureMatrix noise = NearestRowsBenchmark.madeUp(ROWS, DIMENSION, 3);
        FeatureMatrix means = NearestRowsBenchmark.madeUp(CLASSES, DIMENSION, 4);
        float[] values = new float[ROWS * DIMENSION];
        noise.copyRows(0, ROWS, values, 0);
        for (int i = 0; i < ROWS; i++) {
            float[] mean = means.row(i % CLASSES);
            for (int t = 0; t < DIMENSION; t++) {
                values[i * DIMENSION + t] = (float) (variance[t] * values[i * DIMENSION + t] + 0.3 * mean[t]);
            }
        }
        return FeatureMatrix.copyOf(values, ROWS, DIMENSION);
    }

    private static void decompose(int d) {
        double[] s = covariance(d);
        for (int round = 0; round < 2; round++) {
            long start = System.nanoTime();
            double[] l = Cholesky.lower(s, d, Simd.kernels()).orElseThrow();
            long middle = System.nanoTime();
            double[] inverse = Cholesky.inverseOfLower(l, d, Simd.kernels());
            long end = System.nanoTime();
            SymmetricEigen eigen = SymmetricEigen.of(s, d, Simd.kernels());
            System.out.printf(
                    "d = %d: Cholesky %.3f s, inverse of the factor %.3f s, eigen-decomposition %.2f s (%.3g %.3g)%n",
                    d,
                    (middle - start) / 1e9,
                    (end - middle) / 1e9,
                    (System.nanoTime() - end) / 1e9,
                    Arrays.stream(inverse).sum(),
                    eigen.values()[d - 1]);
        }
    }

    private static double[] covariance(int d) {
        int n = 2 * d;
        float[] values = NearestRowsBenchmark.madeUp(n, d, 6).toTensor().toFloats();
        double[] rows = new double[values.length];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = values[i];
        }
        Scatter scatter = new Scatter(d, Simd.kernels());
        scatter.add(rows, n);
        return scatter.matrix();
    }
}
