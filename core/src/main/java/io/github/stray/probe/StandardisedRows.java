// SPDX-License-Identifier: Apache-2.0
package io.github.stray.probe;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Training rows as a probe sees them: {@code f = (x - m) / s}, m the mean and s the standard deviation (divisor n - 1) of
 * each dimension. A dimension whose values are all equal, which every one of a single row is, has s = 1: it is centred
 * only. m and s are rounded to float32, as a head stores them, before they are applied. Safe for concurrent reading.
 *
 * <p>The rows are kept in float32: n * d * 4 bytes, in blocks, since n * d may exceed the length of an array.
 */
final class StandardisedRows {
    private static final int BLOCK_VALUES = 1 << 22;
    private static final int SUM_ROWS = 1024;

    private final int count;
    private final int dimension;
    private final int blockRows;
    private final float[][] blocks;
    private final float[] mean;
    private final float[] scale;

    private StandardisedRows(int count, int dimension, int blockRows, float[] mean, float[] scale) {
        this.count = count;
        this.dimension = dimension;
        this.blockRows = blockRows;
        this.mean = mean;
        this.scale = scale;
        this.blocks = new float[Math.ceilDiv(count, blockRows)][];
    }

    /** Sums of some rows. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Sums(double[] sums, float[] least, float[] most) {
        static Sums of(FeatureMatrix rows, int from, int to) {
            int d = rows.dimension();
            Sums part = empty(d);
            float[] row = new float[d];
            for (int i = from; i < to; i++) {
                rows.copyRows(i, i + 1, row, 0);
                for (int t = 0; t < d; t++) {
                    part.sums[t] += row[t];
                    part.least[t] = Math.min(part.least[t], row[t]);
                    part.most[t] = Math.max(part.most[t], row[t]);
                }
            }
            return part;
        }

        static Sums empty(int d) {
            float[] least = new float[d];
            float[] most = new float[d];
            Arrays.fill(least, Float.POSITIVE_INFINITY);
            Arrays.fill(most, Float.NEGATIVE_INFINITY);
            return new Sums(new double[d], least, most);
        }

        void add(Sums other) {
            for (int t = 0; t < sums.length; t++) {
                sums[t] += other.sums[t];
                least[t] = Math.min(least[t], other.least[t]);
                most[t] = Math.max(most[t], other.most[t]);
            }
        }
    }

    /**
     * Standardises.
     *
     * @throws IllegalArgumentException if a standard deviation is too large or too small for float32
     */
    static StandardisedRows of(FeatureSet samples) {
        FeatureMatrix rows = samples.features();
        int n = rows.rows();
        int d = rows.dimension();
        int parts = Math.ceilDiv(n, SUM_ROWS);
        Sums total = Sums.empty(d);
        for (Sums part : IntStream.range(0, parts)
                .parallel()
                .mapToObj(p -> Sums.of(rows, p * SUM_ROWS, Math.min(n, (p + 1) * SUM_ROWS)))
                .toList()) {
            total.add(part);
        }
        double[] centre = new double[d];
        for (int t = 0; t < d; t++) {
            centre[t] = total.sums[t] / n;
        }
        double[] squares = new double[d];
        for (double[] part : IntStream.range(0, parts)
                .parallel()
                .mapToObj(p -> squares(rows, p * SUM_ROWS, Math.min(n, (p + 1) * SUM_ROWS), centre))
                .toList()) {
            for (int t = 0; t < d; t++) {
                squares[t] += part[t];
            }
        }
        float[] mean = new float[d];
        float[] scale = new float[d];
        for (int t = 0; t < d; t++) {
            boolean constant = total.least[t] == total.most[t];
            mean[t] = constant ? total.least[t] : (float) centre[t];
            double deviation = Math.sqrt(squares[t] / (n - 1.0));
            scale[t] = constant ? 1 : (float) deviation;
            if (!(scale[t] > 0 && Float.isFinite(scale[t]))) {
                throw new IllegalArgumentException(
                        "dimension %d of '%s' has the standard deviation %s, which float32 cannot hold; scale the features"
                                .formatted(t, samples.dataset(), deviation));
            }
        }
        int blockRows = Math.max(1, BLOCK_VALUES / d);
        var standardised = new StandardisedRows(n, d, blockRows, mean, scale);
        IntStream.range(0, standardised.blocks.length).parallel().forEach(b -> standardised.fill(b, rows));
        return standardised;
    }

    private static double[] squares(FeatureMatrix rows, int from, int to, double[] centre) {
        int d = centre.length;
        double[] squares = new double[d];
        float[] row = new float[d];
        for (int i = from; i < to; i++) {
            rows.copyRows(i, i + 1, row, 0);
            for (int t = 0; t < d; t++) {
                double difference = row[t] - centre[t];
                squares[t] += difference * difference;
            }
        }
        return squares;
    }

    private void fill(int b, FeatureMatrix rows) {
        int from = b * blockRows;
        int to = Math.min(count, from + blockRows);
        float[] block = new float[(to - from) * dimension];
        rows.copyRows(from, to, block, 0);
        for (int i = 0; i < to - from; i++) {
            int at = i * dimension;
            for (int t = 0; t < dimension; t++) {
                block[at + t] = (float) (((double) block[at + t] - mean[t]) / scale[t]);
            }
        }
        blocks[b] = block;
    }

    int count() {
        return count;
    }

    int dimension() {
        return dimension;
    }

    LinearHead.Standardisation standardisation() {
        return new LinearHead.Standardisation(mean, scale);
    }

    void copyRow(int i, float[] target, int offset) {
        System.arraycopy(blocks[i / blockRows], i % blockRows * dimension, target, offset, dimension);
    }
}
