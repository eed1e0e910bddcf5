// SPDX-License-Identifier: Apache-2.0
package io.github.stray.threshold;

/**
 * {@code P(X <= k)} for a binomial count X, which for whole parameters is the regularised incomplete beta function:
 * {@code I_x(n - k, k + 1) = P(X <= k)} with {@code X ~ Bin(n, 1 - x)}.
 *
 * <p>The terms are summed one by one from the largest, on the side of the mean that holds fewer of them. The largest term
 * comes from Loader's saddle point expansion, so that no large logarithms are subtracted from each other: the relative error
 * stays below 1e-11 for n up to ten million. Cost: some ten standard deviations of X, terms.
 *
 * <p>Source: C. Loader, Fast and Accurate Computation of Binomial Probabilities, 2000.
 */
final class BinomialTail {
    /** Terms below this share of the sum are left out. */
    private static final double NEGLIGIBLE = 1e-18;

    /** From here on Stirling's series gives all digits. */
    private static final int SERIES = 16;

    private BinomialTail() {}

    /**
     * The share of draws in which at most k of n trials fail.
     *
     * @param k failures, at least 0 and below n
     * @param n trials, at least 1
     * @param success probability that a trial succeeds, 0 to 1
     */
    static double atMost(int k, int n, double success) {
        if (success <= 0 || success >= 1) {
            return success <= 0 ? 0 : 1;
        }
        double failure = 1 - success;
        return k < n * failure ? lower(k, n, failure, success) : 1 - upper(k + 1, n, failure, success);
    }

    private static double lower(int k, int n, double failure, double success) {
        double term = exactly(k, n, failure, success);
        double sum = 0;
        for (int i = k; i >= 0 && term > NEGLIGIBLE * sum; i--) {
            sum += term;
            term *= i / (n - i + 1.0) * (success / failure);
        }
        return sum;
    }

    private static double upper(int from, int n, double failure, double success) {
        double term = exactly(from, n, failure, success);
        double sum = 0;
        for (int i = from; i <= n && term > NEGLIGIBLE * sum; i++) {
            sum += term;
            term *= (n - i) / (i + 1.0) * (failure / success);
        }
        return sum;
    }

    /** P(X = k). */
    private static double exactly(int k, int n, double failure, double success) {
        if (k == 0) {
            return Math.exp(n * Math.log(success));
        }
        if (k == n) {
            return Math.exp(n * Math.log1p(-success));
        }
        double exponent =
                stirling(n) - stirling(k) - stirling(n - k) - deviance(k, n * failure) - deviance(n - k, n * success);
        return Math.exp(exponent) * Math.sqrt(n / (2 * Math.PI * k * (n - k)));
    }

    /** ln(n!) less Stirling's formula: ln(n!) - (n + 1/2) ln n + n - ln(2 pi)/2. */
    private static double stirling(int n) {
        double steps = 0;
        double m = n;
        while (m < SERIES) {
            steps += (m + 0.5) * Math.log1p(1 / m) - 1;
            m++;
        }
        double square = m * m;
        return steps
                + (1 / 12.0
                                - (1 / 360.0 - (1 / 1260.0 - (1 / 1680.0 - 1 / 1188.0 / square) / square) / square)
                                        / square)
                        / m;
    }

    /** x ln(x/m) + m - x, by a series where x is near m. */
    private static double deviance(double x, double m) {
        double difference = x - m;
        if (Math.abs(difference) >= 0.1 * (x + m)) {
            return x * Math.log(x / m) - difference;
        }
        double v = difference / (x + m);
        double sum = difference * v;
        double power = 2 * x * v;
        for (int i = 3; ; i += 2) {
            power *= v * v;
            double next = sum + power / i;
            if (next == sum) {
                return sum;
            }
            sum = next;
        }
    }
}
