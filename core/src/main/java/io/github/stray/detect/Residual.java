// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.probe.LinearHead;
import io.github.stray.score.Scores;
import io.github.stray.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Minus what the principal directions of the training rows leave over of a sample: {@code s(x) = -||P (x - o)||}, P the
 * projection on the complement of the {@code dimension} leading eigenvectors of {@code 1/n sum (x_i - o)(x_i - o)'}.
 *
 * <p>Without a head o is the mean of the training rows. With one it is the origin of {@link Vim},
 * {@code o = -W^+ b}, and x is the head's own input: {@code (x - mean) / scale} where the head carries them.
 *
 * <h2>Options</h2>
 *
 * {@code dimension=D}, 0 to d - 1; {@code auto}, the default, is 1000 if d is 2048 or more, 512 if d is 768 or more, else
 * d / 2 rounded down (0 if d is 1: the distance from o).
 *
 * <h2>Ties and degenerate input</h2>
 *
 * Training rows that extend in fewer than D directions about o (fewer eigenvalues above {@code d * 2^-52 * lambda_max}), as
 * when there are D rows or fewer, do not determine D principal directions and are refused; so are equal rows, unless D is 0.
 * If they extend in exactly D directions, all of them score 0 within rounding. If the eigenvalues on both sides of the cut
 * are equal within rounding, which of the directions is principal is arbitrary, and a note says so. A dimension of d or
 * more is an error, as are no rows, NaN and infinity.
 *
 * <h2>Cost</h2>
 *
 * d * d multiply-adds a training row, one eigen-decomposition of order d, (d - D) * d a sample. State, F64: {@code origin}
 * {@code [d]}, {@code complement} {@code [d - D x d]}; and the head where there is one.
 *
 * <h2>Source</h2>
 *
 * Wang et al., ViM: Out-Of-Distribution with Virtual-logit Matching, CVPR 2022 (arXiv 2203.10807), its score Residual;
 * without a head as in Ndiour et al. (arXiv 2012.04250).
 *
 * @param dimension principal directions, at least 0; empty for the default of the space
 */
public record Residual(OptionalInt dimension) implements BuiltIn {
    private static final String ID = "residual";
    private static final Option<Residual, OptionalInt> DIMENSION = PrincipalComplement.option(Residual::dimension);

    static final Method<Residual> METHOD = new Method<>(
            Residual.class,
            ID,
            "what the principal directions of the training samples leave over",
            Needs.FEATURES.withHead(Needs.Head.OPTIONAL),
            List.of(DIMENSION),
            given -> new Residual(given.get(DIMENSION)));

    /** Checks the dimension. */
    public Residual {
        PrincipalComplement.requireDimension(dimension, ID);
    }

    /** The default dimension of the space. */
    public Residual() {
        this(DIMENSION.absent());
    }

    /**
     * The dimension of the principal subspace where the option is left at {@code auto}, here and in {@code vim}. As many
     * training rows or fewer do not determine it.
     *
     * @param d dimension of the features, at least 1
     * @return below d
     */
    public static int defaultDimension(int d) {
        return PrincipalComplement.defaultDimension(d);
    }

    @Override
    public FittedDetector fit(Training training) {
        FeatureSet samples = Inputs.requireTraining(training, ID);
        training.head().ifPresent(head -> Inputs.requireSuits(head, samples));
        int principal = PrincipalComplement.dimension(dimension, samples.space().dimension(), ID);
        HeadInputs inputs = new HeadInputs(samples.features(), training.head());
        double[] origin = training.head().map(Vim::origin).orElseGet(inputs::mean);
        PrincipalComplement.Found found = PrincipalComplement.of(inputs, origin, principal, ID);
        if (found.rank() < principal) {
            throw new IllegalArgumentException(
                    "residual: the rows of '%s' extend in %d directions about their origin, so dimension = %d principal ones are not determined; give dimension=%d or less, or more rows"
                            .formatted(samples.dataset(), found.rank(), principal, found.rank()));
        }
        return with(samples.space(), training.head(), found.complement(), found.notes());
    }

    @Override
    public FittedDetector restore(FeatureSpace space, Map<String, Tensor> state) {
        return with(
                space,
                Headed.headIfAny(space, state),
                PrincipalComplement.restore(state, dimension, space.dimension(), ID),
                List.of());
    }

    private FittedDetector with(
            FeatureSpace space, Optional<LinearHead> head, PrincipalComplement complement, List<String> notes) {
        return new Fitted(
                this,
                space,
                notes,
                () -> head.isPresent() ? Headed.withHead(complement.state(), head.get()) : complement.state(),
                samples -> Scores.fromOutlierScores(norms(new HeadInputs(samples.features(), head), complement)));
    }

    private static double[] norms(HeadInputs rows, PrincipalComplement complement) {
        double[] norms = new double[rows.size()];
        rows.concurrently(
                (from, inputs, count) -> System.arraycopy(complement.norms(inputs, count), 0, norms, from, count));
        return norms;
    }
}
