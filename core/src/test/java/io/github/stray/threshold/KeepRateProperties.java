// SPDX-License-Identifier: Apache-2.0
package io.github.stray.threshold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Scale;
import net.jqwik.api.constraints.Size;

class KeepRateProperties {
    /** The slow twin: every term of the sum in full, without any rounding. */
    private static double exactly(int k, int n, double success) {
        BigDecimal kept = new BigDecimal(success);
        BigDecimal lost = BigDecimal.ONE.subtract(kept);
        BigDecimal sum = BigDecimal.ZERO;
        BigInteger ways = BigInteger.ONE;
        for (int i = 0; i <= k; i++) {
            sum = sum.add(new BigDecimal(ways).multiply(lost.pow(i)).multiply(kept.pow(n - i)));
            ways = ways.multiply(BigInteger.valueOf(n - i)).divide(BigInteger.valueOf(i + 1L));
        }
        return sum.doubleValue();
    }

    @Property(tries = 300)
    void atMost_anyCount_isTheExactSum(
            @ForAll @IntRange(min = 1, max = 60) int n,
            @ForAll @IntRange(min = 0, max = 59) int below,
            @ForAll @Scale(9) @DoubleRange(min = 0, max = 1, minIncluded = false, maxIncluded = false) double success) {
        int k = Math.min(below, n - 1);
        double exact = exactly(k, n, success);
        assertThat(BinomialTail.atMost(k, n, success)).isCloseTo(exact, within(1e-12 * exact + 1e-300));
    }

    @Property
    void keepRate_anyRank_isOrderedAndFallsWithTheRank(
            @ForAll @IntRange(min = 2, max = 5000) int n, @ForAll @IntRange(min = 1, max = 4999) int rank) {
        int j = Math.min(rank, n - 1);
        KeepRate rate = KeepRate.of(n, j);
        assertThat(rate.low()).isBetween(0.0, rate.mean());
        assertThat(rate.high()).isBetween(rate.mean(), 1.0);
        KeepRate lower = KeepRate.of(n, j + 1);
        assertThat(lower.low()).isLessThan(rate.low());
        assertThat(lower.high()).isLessThan(rate.high());
        assertThat(KeepRate.below(rate.low(), n, j)).isCloseTo(0.05, within(1e-9));
        assertThat(KeepRate.below(rate.high(), n, j)).isCloseTo(0.95, within(1e-9));
    }

    /** Beta(a, b) below x is Beta(b, a) above 1 - x. */
    @Property
    void below_anyRank_isSymmetric(
            @ForAll @IntRange(min = 1, max = 3000) int n,
            @ForAll @IntRange(min = 1, max = 3000) int rank,
            @ForAll @Scale(6) @DoubleRange(min = 0.001, max = 0.999) double x) {
        int j = Math.min(rank, n);
        assertThat(KeepRate.below(x, n, j)).isCloseTo(1 - KeepRate.below(1 - x, n, n + 1 - j), within(1e-10));
    }

    @Property
    void rank_anyPromise_isTheLargestThatHoldsIt(
            @ForAll @IntRange(min = 1, max = 2000) int n,
            @ForAll @Scale(4) @DoubleRange(min = 0.01, max = 0.999) double tpr,
            @ForAll @Scale(4) @DoubleRange(min = 0.01, max = 0.999) double confidence) {
        Promise promise = Promise.withConfidence(tpr, confidence);
        if (n < promise.smallestSize()) {
            assertThat(Math.exp(n * Math.log(tpr))).isGreaterThan(1 - confidence);
            return;
        }
        int j = promise.rank(n);
        assertThat(j).isBetween(1, n);
        assertThat(KeepRate.below(tpr, n, j)).isLessThanOrEqualTo((1 - confidence) * (1 + 1e-9));
        if (j < n) {
            assertThat(KeepRate.below(tpr, n, j + 1)).isGreaterThan(1 - confidence);
        }
    }

    /** The slow twin of the procedure: every i is tried. */
    @Property
    void cut_anyBatch_isTheLargestThatHolds(
            @ForAll @Size(max = 40) List<@IntRange(min = 1, max = 50) Integer> counts,
            @ForAll @IntRange(min = 1, max = 99) int percent) {
        double[] p = counts.stream().mapToDouble(count -> count / 50.0).toArray();
        double[] sorted = p.clone();
        Arrays.sort(sorted);
        double expected = 0;
        for (int i = 1; i <= p.length; i++) {
            // p_(i) <= q i / m in whole numbers
            if (Math.round(sorted[i - 1] * 50) * 100 * p.length <= 50L * percent * i) {
                expected = sorted[i - 1];
            }
        }
        assertThat(FalseDiscoveries.cut(p, percent / 100.0)).isEqualTo(expected);
    }
}
