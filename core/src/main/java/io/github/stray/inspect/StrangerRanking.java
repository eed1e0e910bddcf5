// SPDX-License-Identifier: Apache-2.0
package io.github.stray.inspect;

import io.github.stray.metric.Quantile;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.OptionalInt;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * The images of a set by how little they belong. Immutable.
 *
 * <p>An image is <em>called</em> a stranger if it is not ruined and its distance is over {@link #bar()}: the third quartile
 * of those not ruined and 1.7 quartile ranges (quartiles of type 7). That is a rule of thumb, which a clean set loses 1 to 2 %
 * by; the ranking is the result. Where fewer than {@value #LEAST_TO_CALL} images vouch, none is called.
 */
public final class StrangerRanking {
    /** Vouchers that a call needs. */
    public static final int LEAST_TO_CALL = 20;

    private static final double REACH = 1 / 0.37037 - 1;

    private final double[] distances;
    private final int[] order;
    private final BitSet called;
    private final double bar;
    private final int vouchers;
    private final OptionalInt sample;
    private final Evidence evidence;

    StrangerRanking(OneSet set, double[] distances, int vouchers, OptionalInt sample, Evidence evidence) {
        this.distances = distances;
        this.vouchers = vouchers;
        this.sample = sample;
        this.evidence = evidence;
        this.order = order(distances);
        this.bar = vouchers < LEAST_TO_CALL
                ? Double.POSITIVE_INFINITY
                : bar(distances, row -> !set.ruined().get(row));
        this.called = called(set, distances, bar);
    }

    /** Q3 + 1.7 (Q3 - Q1) of the distances of some rows; infinite where there are none. */
    static double bar(double[] distances, IntPredicate counted) {
        double[] sorted = IntStream.range(0, distances.length)
                .filter(counted)
                .mapToDouble(row -> distances[row])
                .sorted()
                .toArray();
        if (sorted.length == 0) {
            return Double.POSITIVE_INFINITY;
        }
        double low = Quantile.ofSorted(sorted, 0.25);
        double high = Quantile.ofSorted(sorted, 0.75);
        return high + REACH * (high - low);
    }

    private static int[] order(double[] distances) {
        return IntStream.range(0, distances.length)
                .boxed()
                .sorted(Comparator.<Integer>comparingDouble(row -> -distances[row])
                        .thenComparing(Comparator.naturalOrder()))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /** A called image takes its copies with it. */
    private static BitSet called(OneSet set, double[] distances, double bar) {
        var groups = new BitSet();
        for (int row = 0; row < distances.length; row++) {
            if (!set.ruined().get(row) && distances[row] > bar) {
                groups.set(set.copies().representative(row));
            }
        }
        var called = new BitSet();
        for (int row = 0; row < distances.length; row++) {
            if (!set.ruined().get(row) && groups.get(set.copies().representative(row))) {
                called.set(row);
            }
        }
        return called;
    }

    /** {@return number of images, n} */
    public int size() {
        return distances.length;
    }

    /**
     * {@return how far an image is from those that vouch, 0 to 2; larger is stranger}
     *
     * @param row index of the image
     */
    public double distance(int row) {
        return distances[row];
    }

    /**
     * {@return the negated distance: higher belongs, as everywhere}
     *
     * @param row index of the image
     */
    public double score(int row) {
        return 0.0 - distances[row];
    }

    /** {@return indices of all images, strangest first, of equally strange ones the lower index first; ruined ones too} */
    public int[] order() {
        return order.clone();
    }

    /** {@return the called strangers, as a copy} */
    public BitSet called() {
        return (BitSet) called.clone();
    }

    /** {@return called strangers, strangest first} */
    public int[] strangers() {
        return Arrays.stream(order).filter(called::get).toArray();
    }

    /** {@return the distance that a called stranger is beyond, infinite where none can be called} */
    public double bar() {
        return bar;
    }

    /** {@return number of images that vouch for others, m} */
    public int vouchers() {
        return vouchers;
    }

    /** {@return how many vouchers the first stage, or a class, was compared with, chosen by the seed, where it was not all} */
    public OptionalInt sample() {
        return sample;
    }

    /** {@return the nearest images of each} */
    public Evidence evidence() {
        return evidence;
    }
}
