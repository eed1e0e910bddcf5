// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.internal.linalg.NearestRows;
import io.github.stray.internal.linalg.NearestRows.Measure;
import io.github.stray.internal.linalg.Simd;
import io.github.stray.probe.LinearHead;
import io.github.stray.provenance.HashOrder;
import io.github.stray.score.Scores;
import io.github.stray.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Energy guided by near training rows: {@code s(x) = e(x) 1/k sum of the k largest u(x) . e(x_i) u(x_i)}, with
 * {@code e(x) = log sum_c exp(W x + b)_c} and {@code u(x) = x / ||x||}. x is the head's own input:
 * {@code (x - mean) / scale} where the head carries them, for training rows as for samples.
 *
 * <h2>Options</h2>
 *
 * {@code k}, at least 1, default 10. {@code fraction}, above 0 to 1, default 1: the share of the training rows that make up
 * the bank. Of n rows the {@code floor(fraction n + 1/2)} are taken whose ids have the smallest SHA-256 of
 * {@code seed:id} (UTF-8; the first eight bytes as an unsigned number; rows of equal ids by their values), so the choice
 * depends on {@code seed}, default 42, and not on the order of the rows.
 *
 * <h2>Ties and degenerate input</h2>
 *
 * Ties do not change a score. Energies may be negative: such a row is near the samples that point away from it. A zero row
 * stays zero, so its products are 0, and a zero sample scores 0. k above the size of the bank is an error, as are no rows,
 * NaN and infinity.
 *
 * <h2>Cost</h2>
 *
 * C * d multiply-adds a training row; (C + m) * d a sample, m rows in the bank, which is read block by block and may lie in
 * a mapped file, once when it is made and once for each set. Rows rounded to float32 choose {@value #SLACK} more of the bank
 * than k, everything else is double: the k rows are the right ones unless more than {@value #SLACK} others are as near as the
 * k-th within that rounding of their energies, and then those taken are as near within it. State: {@code bank} {@code [m x d]}, the training rows as they came; {@code energies} F64
 * {@code [m]}; and the head.
 *
 * <h2>Source</h2>
 *
 * Park et al., Nearest Neighbor Guidance for Out-of-Distribution Detection, ICCV 2023 (arXiv 2309.14888). Deviation: the
 * subset is chosen by a hash of the ids.
 *
 * @param k number of products, at least 1
 * @param fraction share of the training rows in the bank, above 0 to 1
 * @param seed which rows a fraction below 1 takes
 */
public record NnGuide(int k, double fraction, int seed) implements BuiltIn {
    private static final String ID = "nnguide";
    private static final String BANK = "bank";
    private static final String ENERGIES = "energies";
    private static final int SLACK = 8;

    private static final Option<NnGuide, Integer> K =
            Option.whole("k", 10, "whole number, at least 1", "training samples that count", NnGuide::k);
    private static final Option<NnGuide, Double> FRACTION =
            Option.number("fraction", 1, "above 0 to 1", "share of the training samples searched", NnGuide::fraction);
    private static final Option<NnGuide, Integer> SEED =
            Option.whole("seed", 42, "whole number", "which of them a fraction below 1 takes", NnGuide::seed);

    static final Method<NnGuide> METHOD = new Method<>(
            NnGuide.class,
            ID,
            "energy of a linear head times nearness to training samples of high energy",
            Needs.FEATURES.withHead(Needs.Head.REQUIRED),
            List.of(K, FRACTION, SEED),
            given -> new NnGuide(given.get(K), given.get(FRACTION), given.get(SEED)));

    /** Checks the options. */
    public NnGuide {
        Option.require(k >= 1, ID, "k", "be at least 1", k);
        Option.require(fraction > 0 && fraction <= 1, ID, "fraction", "be above 0 and at most 1", fraction);
    }

    /** The 10 largest products with all training rows. */
    public NnGuide() {
        this(K.absent(), FRACTION.absent(), SEED.absent());
    }

    @Override
    public FittedDetector fit(Training training) {
        OnHead.Fitting to = OnHead.Fitting.of(training, ID);
        FeatureSet samples = to.samples();
        FeatureMatrix bank = fraction == 1 ? samples.features() : subset(samples);
        requireEnough(
                bank.rows(),
                fraction == 1
                        ? "'%s' has %d".formatted(samples.dataset(), bank.rows())
                        : "a fraction of %s of the %d of '%s' is %d"
                                .formatted(fraction, samples.size(), samples.dataset(), bank.rows()));
        HeadInputs inputs = new HeadInputs(bank, to.head());
        return with(to.space(), to.head(), new Bank(inputs, energies(inputs, to.head())));
    }

    @Override
    public FittedDetector restore(FeatureSpace space, Map<String, Tensor> state) {
        FeatureMatrix bank = FeatureMatrix.of(Inputs.require(state, BANK, ID, -1, space.dimension()));
        requireEnough(bank.rows(), "the stored bank has " + bank.rows());
        double[] energies = Inputs.require(state, ENERGIES, ID, bank.rows()).toDoubles();
        LinearHead head = Headed.head(space, state);
        return with(space, head, new Bank(new HeadInputs(bank, head), energies));
    }

    private void requireEnough(int rows, String found) {
        if (k > rows) {
            throw new IllegalArgumentException(
                    "nnguide: k = %d needs at least %d training rows, %s".formatted(k, k, found));
        }
    }

    private FeatureMatrix subset(FeatureSet samples) {
        int n = samples.size();
        int[] chosen = IntStream.range(0, n)
                .boxed()
                .sorted(CalibrationSplit.byHash(samples, HashOrder.unsigned(seed + ":")))
                .limit((long) Math.floor(fraction * n + 0.5))
                .mapToInt(Integer::intValue)
                .sorted()
                .toArray();
        return samples.features().select(chosen);
    }

    private static double[] energies(HeadInputs rows, LinearHead head) {
        double[] energies = new double[rows.size()];
        rows.concurrently((from, inputs, count) ->
                System.arraycopy(HeadInputs.energies(head, inputs, count), 0, energies, from, count));
        return energies;
    }

    private FittedDetector with(FeatureSpace space, LinearHead head, Bank bank) {
        NearestRows guides = bank.guides();
        return new Fitted(
                this,
                space,
                List.of(),
                () -> Headed.withHead(bank.state(), head),
                samples -> Scores.of(scores(new HeadInputs(samples.features(), head), head, bank, guides)));
    }

    private double[] scores(HeadInputs inputs, LinearHead head, Bank bank, NearestRows guides) {
        double[] scores = energies(inputs, head);
        guides.search(
                unitTimes(inputs, i -> 1),
                scores.length,
                (int) Math.min(bank.rows().size(), (long) k + SLACK),
                (i, rows, products) -> scores[i] *= bank.guidance(inputs.block(i, i + 1), rows, k));
        return scores;
    }

    /** Rows of unit length times their factors; a zero row stays zero. */
    private static NearestRows.Rows unitTimes(HeadInputs rows, IntToDoubleFunction factor) {
        int d = rows.dimension();
        return (from, to, target, offset) -> {
            double[] block = rows.block(from, to);
            for (int i = from; i < to; i++) {
                int at = (i - from) * d;
                double multiplier = toUnit(block, at, d) * factor.applyAsDouble(i);
                for (int t = at; t < at + d; t++) {
                    target[offset + t] = (float) (block[t] * multiplier);
                }
            }
        };
    }

    private static double toUnit(double[] rows, int at, int d) {
        double norm = Math.sqrt(Simd.kernels().dot(rows, at, rows, at, d));
        return norm == 0 ? 0 : 1 / norm;
    }

    /** The training rows searched, as the head takes them, and their energies. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Bank(HeadInputs rows, double[] energies) {
        NearestRows guides() {
            double largest = Arrays.stream(energies).map(Math::abs).max().orElse(0);
            return new NearestRows(
                    unitTimes(rows, i -> largest == 0 ? 0 : energies[i] / largest),
                    rows.size(),
                    rows.dimension(),
                    Measure.INNER_PRODUCT,
                    Simd.kernels());
        }

        /** The mean of the k largest products of a head's input with some rows. */
        double guidance(double[] x, int[] near, int k) {
            double toUnit = toUnit(x, 0, x.length);
            double[] products = Arrays.stream(near)
                    .mapToDouble(i -> {
                        double[] row = rows.block(i, i + 1);
                        double dot = Simd.kernels().dot(x, 0, row, 0, x.length);
                        return dot * toUnit * toUnit(row, 0, row.length) * energies[i];
                    })
                    .sorted()
                    .toArray();
            double sum = 0;
            for (int i = products.length - k; i < products.length; i++) {
                sum += products[i];
            }
            return sum / k;
        }

        Map<String, Tensor> state() {
            return Map.of(BANK, rows.rows().toTensor(), ENERGIES, Tensor.ofDoubles(energies, energies.length));
        }
    }
}
