// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.DoubleAccumulator;
import java.util.concurrent.atomic.LongAdder;

/**
 * A quantile of all n * d entries of a head's inputs by linear interpolation between order statistics: with N entries the
 * p-quantile lies at position {@code (N - 1) p} (R type 7, NumPy's default). Exact, and in memory that depends neither on
 * n nor on d: the lower order statistic is found digit by digit, 16 bits a pass over the rows, and the next one in a fifth.
 */
record ActivationQuantile(HeadInputs inputs) {
    private static final int DIGIT_BITS = 16;
    private static final int DIGITS = 1 << DIGIT_BITS;

    /** The quantile, for at least one row and a probability in 0 .. 1. */
    static double of(HeadInputs inputs, double probability) {
        double position = ((long) inputs.size() * inputs.dimension() - 1) * probability;
        long below = (long) Math.floor(position);
        double fraction = position - below;
        ActivationQuantile quantile = new ActivationQuantile(inputs);
        double low = quantile.ordered(below);
        if (fraction == 0) {
            return low;
        }
        double high = quantile.following(low, below);
        double difference = high - low;
        return fraction < 0.5 ? low + difference * fraction : high - difference * (1 - fraction);
    }

    /** The entry of that rank, from 0, in ascending order. */
    private double ordered(long rank) {
        long prefix = 0;
        for (int shift = Long.SIZE - DIGIT_BITS; shift >= 0; shift -= DIGIT_BITS) {
            AtomicLongArray counts = counts(prefix, shift);
            int digit = 0;
            while (rank >= counts.get(digit)) {
                rank -= counts.get(digit++);
            }
            prefix = prefix << DIGIT_BITS | digit;
        }
        return value(prefix);
    }

    /** The entry of the rank after that of {@code low}. */
    private double following(double low, long rank) {
        LongAdder notAbove = new LongAdder();
        DoubleAccumulator above = new DoubleAccumulator(Math::min, Double.POSITIVE_INFINITY);
        inputs.concurrently((from, entries, count) -> {
            long below = 0;
            double smallest = Double.POSITIVE_INFINITY;
            for (double entry : entries) {
                if (entry > low) {
                    smallest = Math.min(smallest, entry);
                } else {
                    below++;
                }
            }
            notAbove.add(below);
            above.accumulate(smallest);
        });
        return notAbove.sum() > rank + 1 ? low : above.get();
    }

    /** How often each digit at {@code shift} follows the digits of {@code prefix}. */
    private AtomicLongArray counts(long prefix, int shift) {
        AtomicLongArray counts = new AtomicLongArray(DIGITS);
        boolean first = shift + DIGIT_BITS == Long.SIZE;
        inputs.concurrently((from, entries, count) -> {
            int[] mine = new int[DIGITS];
            for (double entry : entries) {
                long key = key(entry);
                if (first || key >>> (shift + DIGIT_BITS) == prefix) {
                    mine[(int) (key >>> shift) & (DIGITS - 1)]++;
                }
            }
            for (int digit = 0; digit < DIGITS; digit++) {
                if (mine[digit] != 0) {
                    counts.addAndGet(digit, mine[digit]);
                }
            }
        });
        return counts;
    }

    /** Unsigned keys in the order of the numbers. */
    private static long key(double value) {
        long bits = Double.doubleToRawLongBits(value);
        return bits < 0 ? ~bits : bits | Long.MIN_VALUE;
    }

    private static double value(long key) {
        return Double.longBitsToDouble(key < 0 ? key & Long.MAX_VALUE : ~key);
    }
}
