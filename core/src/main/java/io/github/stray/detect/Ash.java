// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import io.github.stray.feature.FeatureSpace;
import io.github.stray.probe.LinearHead;
import io.github.stray.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Energy of the head on a row of which only the largest entries are left: {@code s(x) = log sum_c exp(W f + b)_c}, f the
 * pruned and reshaped x. x is the head's own input: {@code (x - mean) / scale} where the head carries them.
 *
 * <h2>Options</h2>
 *
 * {@code percentile=q}, 0 to 100, default 90: the {@code k = d - round(d q / 100)} largest entries are kept (halves round to
 * even), the others become 0. {@code shape}, with s1 the sum of all entries before pruning and s2 that of the kept ones:
 *
 * <ul>
 *   <li>{@code b} (the default): every kept entry becomes s1 / k.
 *   <li>{@code p}: kept entries stay as they are.
 *   <li>{@code s}: kept entries are multiplied by {@code exp(s1 / s2)}.
 * </ul>
 *
 * <h2>Ties and degenerate input</h2>
 *
 * Of equal entries at the cut those at lower indices are kept. A percentile that leaves no entry is refused. With
 * {@code s}, a sample with s2 at most 0, such as a zero row, is an error that names it, and so is one whose scaled entries
 * or logits overflow a double; {@code b} and {@code p} divide by nothing that depends on the sample, so a zero row has
 * there the energy of b alone. NaN and infinity are errors.
 *
 * <h2>Cost</h2>
 *
 * C * d multiply-adds and a sort of d numbers a sample. Nothing is fitted. State: the head alone.
 *
 * <h2>Source</h2>
 *
 * Djurisic et al., Extremely Simple Activation Shaping for Out-of-Distribution Detection, ICLR 2023 (arXiv 2209.09858).
 * Deviation: the head's input is shaped, whatever layer that is; the paper shapes after a ReLU.
 *
 * @param shape what becomes of the kept entries
 * @param percentile share of the entries that is pruned, in percent
 */
public record Ash(Shape shape, double percentile) implements BuiltIn {
    /** What becomes of the kept entries. */
    public enum Shape {
        /** They all become s1 / k. */
        B,
        /** They stay. */
        P,
        /** They are multiplied by exp(s1 / s2). */
        S
    }

    private static final String ID = "ash";
    private static final Option<Ash, Shape> SHAPE = Option.choice(
            "shape", Shape.B, "kept entries share the sum of all, stay, or grow by exp(s1/s2)", Ash::shape);
    private static final Option<Ash, Double> PERCENTILE =
            Option.number("percentile", 90, "0 to 100", "share of the entries that is pruned", Ash::percentile);

    static final Method<Ash> METHOD = new Method<>(
            Ash.class,
            ID,
            "energy of a linear head on the largest entries of a sample",
            Needs.FEATURES.withHead(Needs.Head.REQUIRED).unfitted(),
            List.of(SHAPE, PERCENTILE),
            given -> new Ash(given.get(SHAPE), given.get(PERCENTILE)));

    /** Checks the percentile. */
    public Ash {
        Option.require(percentile >= 0 && percentile <= 100, ID, "percentile", "lie in 0 .. 100", percentile);
    }

    /** Shape b, 90 % pruned. */
    public Ash() {
        this(SHAPE.absent(), PERCENTILE.absent());
    }

    @Override
    public FittedDetector fit(Training training) {
        OnHead.Given given = OnHead.Given.of(training, ID);
        return with(given.head(), given.space());
    }

    @Override
    public FittedDetector restore(FeatureSpace space, Map<String, Tensor> state) {
        return with(Headed.head(space, state), space);
    }

    private FittedDetector with(LinearHead head, FeatureSpace space) {
        int d = head.dimension();
        int kept = d - (int) Math.rint(d * percentile / 100);
        if (kept == 0) {
            throw new IllegalArgumentException(
                    "ash: percentile = %s prunes all %d dimensions; give a smaller one".formatted(percentile, d));
        }
        return OnHead.fitted(this, space, head, rows -> scores(rows, kept));
    }

    private double[] scores(OnHead.Rows rows, int kept) {
        int d = rows.head().dimension();
        double[] shaped = new double[rows.count() * d];
        for (int i = 0; i < rows.count(); i++) {
            System.arraycopy(shaped(rows.input(i), kept, rows.name(i)), 0, shaped, i * d, d);
        }
        double[] scores = rows.energies(shaped);
        for (int i = 0; i < scores.length; i++) {
            if (!Double.isFinite(scores[i])) {
                throw new IllegalArgumentException(
                        "ash: the shaped entries of %s are too large: the energy of the head on them is %s; shape=p keeps them as they are"
                                .formatted(rows.name(i), scores[i]));
            }
        }
        return scores;
    }

    private double[] shaped(double[] row, int kept, String name) {
        boolean[] keep = largest(row, kept);
        double all = 0;
        double left = 0;
        for (int t = 0; t < row.length; t++) {
            all += row[t];
            left += keep[t] ? row[t] : 0;
        }
        if (shape == Shape.S && left <= 0) {
            throw new IllegalArgumentException(
                    ("ash: shape=s divides by the sum of the %d largest entries, which is %s for %s; expected a sum above 0"
                                    + " (features after a ReLU, not all zero), or take shape=b or shape=p")
                            .formatted(kept, left, name));
        }
        double factor = shape == Shape.S ? Math.exp(all / left) : 1;
        double[] shaped = new double[row.length];
        for (int t = 0; t < row.length; t++) {
            double value = shape == Shape.B ? all / kept : row[t] * factor;
            shaped[t] = keep[t] ? value : 0;
        }
        return shaped;
    }

    private static boolean[] largest(double[] row, int kept) {
        double[] ascending = row.clone();
        Arrays.sort(ascending);
        double cut = ascending[row.length - kept];
        int equal = kept;
        for (double value : row) {
            equal -= value > cut ? 1 : 0;
        }
        boolean[] keep = new boolean[row.length];
        for (int t = 0; t < row.length; t++) {
            keep[t] = row[t] > cut || (row[t] == cut && equal-- > 0);
        }
        return keep;
    }
}
