// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import io.github.stray.feature.Labels;
import io.github.stray.internal.linalg.Scatter;
import io.github.stray.internal.linalg.Simd;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

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
        for (int each : classOf) {
            counts[each]++;
        }
        double[] means = rows.sums(classOf, present.length);
        double[] center = new double[d];
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

    /** Pooled within-class covariance, the sum of all class scatters over the divisor. */
    Covariance within(double divisor) {
        return Covariance.of(scatter(means, c -> 1), rows.dimension(), divisor);
    }

    /** Unweighted mean of the class covariances, each with divisor n_c - 1; zero if no class has two rows. */
    Covariance meanWithin() {
        int several = withSeveralRows().length;
        return Covariance.of(
                scatter(means, c -> counts[c] == 1 ? 0 : Math.sqrt(1 / ((counts[c] - 1.0) * several))),
                rows.dimension(),
                1);
    }

    /** Covariance about the mean of all rows, classes aside. */
    Covariance total(double divisor) {
        int d = rows.dimension();
        double[] centers = new double[means.length];
        for (int c = 0; c < classes(); c++) {
            System.arraycopy(center, 0, centers, c * d, d);
        }
        return Covariance.of(scatter(centers, c -> 1), d, divisor);
    }

    /** {@code sum over rows of w_c^2 (x - o_c)(x - o_c)'}, c the class of x. */
    private double[] scatter(double[] origins, IntToDoubleFunction weight) {
        int d = rows.dimension();
        Scatter scatter = new Scatter(d, Simd.kernels());
        rows.forEachBlock((from, block, count) -> {
            IntStream.range(0, count).parallel().forEach(i -> {
                int c = classOf[from + i];
                double w = weight.applyAsDouble(c);
                for (int t = 0; t < d; t++) {
                    block[i * d + t] = w * (block[i * d + t] - origins[c * d + t]);
                }
            });
            scatter.add(block, count);
        });
        return scatter.matrix();
    }

    /**
     * Refuses a covariance of zero, under which every score would be 0. Unit rows of one direction differ in their last
     * bits, so of normalized rows a standard deviation of 2^-48 of the values is zero, too.
     */
    Covariance requireVariation(Covariance covariance, String id) {
        int d = rows.dimension();
        double rounding = rows.normalize() ? 0x1p-96 : 0;
        for (int t = 0; t < d; t++) {
            double variance = covariance.matrix()[t * d + t];
            double square = variance;
            for (int c = 0; c < classes(); c++) {
                square += means[c * d + t] * means[c * d + t] * counts[c] / rows.size();
            }
            if (variance > rounding * square) {
                return covariance;
            }
        }
        throw new IllegalArgumentException(
                "%s: the rows of each class of '%s' are all equal, so there is no covariance to measure with; expected classes whose rows differ"
                        .formatted(id, rows.samples().dataset()));
    }

    int[] all() {
        return IntStream.range(0, classes()).toArray();
    }

    int[] withSeveralRows() {
        return IntStream.range(0, classes()).filter(c -> counts[c] > 1).toArray();
    }

    /** What to say of classes without rows, and of those with one. */
    List<String> notes(Labels labels, boolean singlesLeftOut) {
        var notes = new ArrayList<String>();
        int absent = labels.classNames().size() - classes();
        if (absent > 0) {
            notes.add("%d of %d classes have no training rows; no distance to them is measured"
                    .formatted(absent, labels.classNames().size()));
        }
        int single = classes() - withSeveralRows().length;
        if (single > 0) {
            notes.add("%d of %d classes have one training row and %s"
                    .formatted(single, classes(), singlesLeftOut ? "are left out" : "add nothing to the covariance"));
        }
        return notes;
    }
}
