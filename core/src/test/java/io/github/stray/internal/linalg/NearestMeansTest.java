// SPDX-License-Identifier: Apache-2.0
package io.github.stray.internal.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestMeansTest {
    private static Whitening identity(int d) {
        double[] map = new double[d * d];
        for (int i = 0; i < d; i++) {
            map[i * d + i] = 1;
        }
        return new Whitening(map, d, d);
    }

    private static double[] measure(double[] rows, Whitening whitening, double[] means, Kernels kernels) {
        int d = whitening.dimension();
        double[] distances = new double[rows.length / d];
        new NearestMeans(new double[d], whitening, means, kernels)
                .measure(rows.clone(), distances.length, distances, 0);
        return distances;
    }

    private static double[] ofAll(double[] rows, Whitening whitening, double[] means, Kernels kernels) {
        int rank = whitening.rank();
        double[] whitened = whitening.apply(rows, rows.length / whitening.dimension(), kernels);
        double[] distances = new double[whitened.length / rank];
        Arrays.fill(distances, Double.POSITIVE_INFINITY);
        for (int i = 0; i < distances.length; i++) {
            for (int mean = 0; mean < means.length; mean += rank) {
                distances[i] = Math.min(distances[i], kernels.squaredDistance(whitened, i * rank, means, mean, rank));
            }
        }
        return distances;
    }

    @ParameterizedTest
    @CsvSource({"1, 20", "3, 8", "7, 7", "17, 1", "64, 100", "255, 49", "1021, 30"})
    void measure_anyRankAndClasses_sameBitsAsComparingAll(int rank, int classes) {
        int d = rank + 2;
        Whitening whitening = new Whitening(KernelsTest.doubles(rank * d, 1), rank, d);
        double[] means = KernelsTest.doubles(classes * rank, 2);
        double[] rows = KernelsTest.doubles(29 * d, 3);
        for (Kernels kernels : List.of(new ScalarKernels(), new VectorKernels())) {
            double[] all = measure(rows, whitening, means, kernels);
            assertThat(all).containsExactly(ofAll(rows, whitening, means, kernels));
            double[] alone = measure(Arrays.copyOfRange(rows, 5 * d, 6 * d), whitening, means, kernels);
            assertThat(alone).containsExactly(all[5]);
        }
    }

    /** These means differ by less than the float32 pass errs: its largest value is often not the nearest mean's. */
    @Test
    void measure_meansThatFloatsCannotTellApart_decidedInDouble() {
        int d = 40;
        double[] rows =
                Arrays.stream(KernelsTest.doubles(100 * d, 4)).map(x -> 100 * x).toArray();
        double[] means = Arrays.stream(KernelsTest.doubles(200 * d, 5))
                .map(x -> 100 + 1e-4 * x)
                .toArray();
        for (double scale : new double[] {1, 1e-20, 1e-200, 1e14, 1e150}) {
            double[] scaledRows = Arrays.stream(rows).map(x -> x * scale).toArray();
            double[] scaledMeans = Arrays.stream(means).map(x -> x * scale).toArray();
            assertThat(measure(scaledRows, identity(d), scaledMeans, new VectorKernels()))
                    .containsExactly(ofAll(scaledRows, identity(d), scaledMeans, new VectorKernels()));
        }
    }

    @Test
    void measure_rowFarBeyondFloat_isStillMeasured() {
        double[] rows = {1e60, 0, 3, 4};
        double[] means = new double[20];
        Arrays.fill(means, 1);
        double[] distances = measure(rows, identity(2), means, new VectorKernels());
        assertThat(distances[0]).isCloseTo(1e120, withinPercentage(1e-12));
        assertThat(distances[1]).isEqualTo(13);
    }
}
