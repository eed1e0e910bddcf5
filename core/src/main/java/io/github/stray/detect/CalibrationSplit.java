// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.Labels;
import io.github.stray.provenance.HashOrder;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * ID samples cut in two: rows to fit on and rows held out for calibration.
 *
 * <h2>Which rows</h2>
 *
 * Within each class (within the whole set where labels are missing) the rows whose ids have the smallest SHA-256, over
 * UTF-8, first eight bytes as an unsigned number, are held out. So a sample's side depends neither on the order of the
 * file nor on chance. Rows with equal ids are ordered by their values. Row numbers as ids are, of course, the file order.
 *
 * <h2>How many</h2>
 *
 * With {@code r(x) = floor(x + 1/2)} and N_c the number of rows in the classes up to c in label order, class c gives
 * {@code r(fraction * N_c) - r(fraction * N_(c-1))} rows: within one of its share, and the shares of all classes add up to
 * {@code r(fraction * n)}, also where classes are small. But every class keeps at least one row to fit on.
 *
 * @param fitting rows to fit on, in the order they came
 * @param calibration rows held out, in the order they came; may be empty where there are few
 */
public record CalibrationSplit(FeatureSet fitting, FeatureSet calibration) {
    /**
     * {@return samples in two parts}
     *
     * @param samples ID samples
     * @param fraction share to hold out, strictly between 0 and 1; the contract's default is 0.2
     * @throws IllegalArgumentException if the fraction is out of range
     */
    public static CalibrationSplit of(FeatureSet samples, double fraction) {
        return divided(samples, held(samples, fraction));
    }

    /**
     * {@return samples in two parts, divided as if there were no labels, for methods that must not read them; the parts keep theirs}
     *
     * @param samples ID samples
     * @param fraction share to hold out, strictly between 0 and 1
     * @throws IllegalArgumentException if the fraction is out of range
     */
    public static CalibrationSplit withoutLabels(FeatureSet samples, double fraction) {
        return divided(samples, held(samples.withoutLabels(), fraction));
    }

    private static CalibrationSplit divided(FeatureSet samples, boolean[] held) {
        return new CalibrationSplit(part(samples, held, false), part(samples, held, true));
    }

    private static FeatureSet part(FeatureSet samples, boolean[] held, boolean side) {
        return samples.select(
                IntStream.range(0, held.length).filter(i -> held[i] == side).toArray());
    }

    private static boolean[] held(FeatureSet samples, double fraction) {
        if (!(fraction > 0 && fraction < 1)) {
            throw new IllegalArgumentException(
                    "the share to hold out for calibration must lie strictly between 0 and 1, was " + fraction);
        }
        int n = samples.size();
        Integer[] order = IntStream.range(0, n).boxed().toArray(Integer[]::new);
        Arrays.sort(
                order,
                Comparator.<Integer>comparingInt(i -> label(samples, i))
                        .thenComparing(byHash(samples, HashOrder.unsigned(""))));
        boolean[] held = new boolean[n];
        int from = 0;
        while (from < n) {
            int to = from + 1;
            while (to < n && label(samples, order[to]) == label(samples, order[from])) {
                to++;
            }
            long quota = rounded(fraction * to) - rounded(fraction * from);
            for (int i = from; i < from + Math.min(quota, to - from - 1); i++) {
                held[order[i]] = true;
            }
            from = to;
        }
        return held;
    }

    private static long rounded(double share) {
        return (long) Math.floor(share + 0.5);
    }

    private static int label(FeatureSet samples, int row) {
        Optional<Labels> labels = samples.labels();
        return labels.isPresent() ? labels.get().get(row) : 0;
    }

    /** Rows by a hash of their ids; rows of equal ids by their values. */
    static Comparator<Integer> byHash(FeatureSet samples, HashOrder order) {
        long[] ranks = order.ranks(samples.ids());
        return Comparator.<Integer>comparingLong(i -> ranks[i])
                .thenComparing(i -> samples.ids().get(i))
                .thenComparing((i, j) -> Arrays.compare(
                        samples.features().row(i), samples.features().row(j)));
    }
}
