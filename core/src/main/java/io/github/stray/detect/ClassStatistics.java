// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import io.github.stray.internal.linalg.Scatter;
import io.github.stray.internal.linalg.Simd;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/**
 * Means and scatters of classes of rows, all double: the classes that have rows, in label order.
 *
 * @param rows the rows
 * @param classOf class of each row
 * @param counts rows of each class, at least 1
 * @param means {@code [C x d]}
 * @param center mean of all rows, {@code [d]}
 */
@SuppressWarnings("ArrayRecordComponent")
record ClassStatistics(DoubleRows rows, int[] classOf, int[] counts, double[] means, double[] center) {
    static ClassStatistics of(DoubleRows rows, int[] labels, String id) {
        int d = rows.dimension();
        if ((long) d * d > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException(
                    "%s keeps a d x d covariance and takes at most 46340 dimensions, '%s' has %d"
                            .formatted(id, rows.samples().dataset(), d));
        }
        int[] present = Arrays.stream(labels).sorted().distinct().toArray();
        if ((long) present.length * d > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException(
                    "%s: %d class means of dimension %d do not fit one array".formatted(id, present.length, d));
        }
        int[] classOf = Arrays.stream(labels)
                .map(label -> Arrays.binarySearch(present, label))
                .toArray();
        int[] counts = new int[present.length];
        double[] means = new double[present.length * d];
        double[] center = new double[d];
        rows.forEachBlock((from, block, count) -> {
            for (int i = 0; i < count; i++) {
                int c = classOf[from + i];
                counts[c]++;
                for (int t = 0; t < d; t++) {
                    means[c * d + t] += block[i * d + t];
                }
            }
        });
        for (int c = 0; c < present.length; c++) {
            for (int t = 0; t < d; t++) {
                center[t] += means[c * d + t] / labels.length;
                means[c * d + t] /= counts[c];
            }
        }
        return new ClassStatistics(rows, classOf, counts, means, center);
    }

    int classes() {
        return counts.length;
    }

    /** {@code sum over rows of w_c^2 (x - mu_c)(x - mu_c)'}, c the class of x. */
    double[] withinScatter(IntToDoubleFunction weight) {
        int d = rows.dimension();
        Scatter scatter = new Scatter(d, Simd.kernels());
        rows.forEachBlock((from, block, count) -> {
            for (int i = 0; i < count; i++) {
                int c = classOf[from + i];
                double w = weight.applyAsDouble(c);
                for (int t = 0; t < d; t++) {
                    block[i * d + t] = w * (block[i * d + t] - means[c * d + t]);
                }
            }
            scatter.add(block, count);
        });
        return scatter.matrix();
    }

    /** {@code sum over rows of (x - center)(x - center)'}. */
    double[] totalScatter() {
        int d = rows.dimension();
        Scatter scatter = new Scatter(d, Simd.kernels());
        rows.forEachBlock((from, block, count) -> {
            for (int i = 0; i < count; i++) {
                for (int t = 0; t < d; t++) {
                    block[i * d + t] -= center[t];
                }
            }
            scatter.add(block, count);
        });
        return scatter.matrix();
    }
}
