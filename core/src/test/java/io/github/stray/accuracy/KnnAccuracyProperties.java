// SPDX-License-Identifier: Apache-2.0
package io.github.stray.accuracy;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.Labels;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class KnnAccuracyProperties {
    /** Rows drawn from a pool of nine, one of them zero: rows are equal or lie in directions of their own. */
    private static float[][] rows(int n, int d, SplittableRandom random) {
        float[][] pool = new float[9][d];
        for (int i = 1; i < pool.length; i++) {
            for (int j = 0; j < d; j++) {
                pool[i][j] = (float) random.nextGaussian();
            }
        }
        float[][] rows = new float[n][];
        for (int i = 0; i < n; i++) {
            rows[i] = pool[random.nextInt(pool.length)].clone();
        }
        return rows;
    }

    private static FeatureSet set(float[][] rows) {
        int d = rows[0].length;
        float[] values = new float[rows.length * d];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(rows[i], 0, values, i * d, d);
        }
        return FeatureSet.of(FeatureMatrix.copyOf(values, rows.length, d), "drawn");
    }

    private static double cosine(float[] a, float[] b) {
        double dot = 0;
        double squareA = 0;
        double squareB = 0;
        for (int j = 0; j < a.length; j++) {
            dot += (double) a[j] * b[j];
            squareA += (double) a[j] * a[j];
            squareB += (double) b[j] * b[j];
        }
        return dot == 0 ? 0 : dot / Math.sqrt(squareA) / Math.sqrt(squareB);
    }

    /** The votes for each class, as the definition reads; the neighbours of equal cosine in row order. */
    private static double[] votes(float[][] training, int[] labels, float[] sample, int k, int classes) {
        List<Integer> order =
                new ArrayList<>(IntStream.range(0, training.length).boxed().toList());
        order.sort(Comparator.comparingDouble(i -> -cosine(training[i], sample)));
        double[] votes = new double[classes];
        for (int i : order.subList(0, k)) {
            votes[labels[i]] += Math.exp(cosine(training[i], sample) / 0.02);
        }
        return votes;
    }

    @Property
    void predict_rowsWithTies_isAClassOfMostVotes(
            @ForAll @IntRange(min = 1, max = 30) int n, @ForAll @IntRange(min = 2, max = 4) int d, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        float[][] training = rows(n, d, random);
        int[] labels = random.ints(n, 0, 4).toArray();
        float[][] samples = rows(7, d, random);
        int k = random.nextInt(1, n + 1);
        Labels predicted = new KnnAccuracy(k).predict(set(training).withLabels(Labels.of(labels)), set(samples));
        for (int i = 0; i < samples.length; i++) {
            double[] votes = votes(training, labels, samples[i], k, 4);
            double most = 0;
            for (double vote : votes) {
                most = Math.max(most, vote);
            }
            // sums that differ by rounding only may go either way
            assertThat(votes[predicted.get(i)]).isGreaterThanOrEqualTo(most * (1 - 1e-12));
        }
    }

    @Property
    void predict_rowsScaled_isUnchanged(
            @ForAll @IntRange(min = 1, max = 30) int n,
            @ForAll @IntRange(min = -20, max = 20) int power,
            @ForAll long seed) {
        var random = new SplittableRandom(seed);
        float[][] training = rows(n, 3, random);
        Labels labels = Labels.of(random.ints(n, 0, 4).toArray());
        FeatureSet samples = set(rows(7, 3, random));
        var knn = new KnnAccuracy(random.nextInt(1, n + 1));
        Labels before = knn.predict(set(training).withLabels(labels), samples);
        for (float[] row : training) {
            for (int j = 0; j < row.length; j++) {
                row[j] = Math.scalb(row[j], power);
            }
        }
        assertThat(knn.predict(set(training).withLabels(labels), samples)).isEqualTo(before);
    }

    @Property
    void of_trainingRowsThemselvesWithOneNeighbour_isOneWhereDirectionsDiffer(
            @ForAll @IntRange(min = 1, max = 60) int n, @ForAll long seed) {
        float[][] rows = new float[n][];
        for (int i = 0; i < n; i++) {
            rows[i] = new float[] {(float) Math.cos(i / 10.0), (float) Math.sin(i / 10.0)};
        }
        FeatureSet set = set(rows)
                .withLabels(Labels.of(new SplittableRandom(seed).ints(n, 0, 9).toArray()));
        assertThat(new KnnAccuracy(1).of(set, set)).isEqualTo(1);
    }
}
