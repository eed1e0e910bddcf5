// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.internal.linalg.MinimumNorm;
import io.github.stray.internal.linalg.Simd;
import io.github.stray.probe.LinearHead;
import io.github.stray.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Energy of the head minus a virtual logit, the scaled residual of the features: {@code s(x) = log sum_c exp(z_c) - alpha
 * r(x)}, with {@code z = W x + b} and {@code r(x) = ||P (x - u)||}. x is the head's own input: {@code (x - mean) / scale}
 * where the head carries them, in training as in scoring.
 *
 * <ul>
 *   <li>{@code u = -W^+ b}, where the logits are as near to 0 as can be; W^+ is the pseudo-inverse, singular values up to
 *       {@code max(C, d) * 2^-52} of the largest counting as 0.
 *   <li>P projects on the complement of the {@code dimension} leading eigenvectors of {@code 1/n sum (x_i - u)(x_i - u)'}.
 *   <li>{@code alpha = mean of max_c z_c / mean of r}, both over the training rows. It is negative where the mean of the
 *       largest logits is.
 * </ul>
 *
 * <h2>Options</h2>
 *
 * {@code dimension=D}, 0 to d - 1; {@code auto}, the default, is 1000 if d is 2048 or more, 512 if d is 768 or more, else
 * d / 2 rounded down (0 if d is 1: r is the distance from u).
 *
 * <h2>Ties and degenerate input</h2>
 *
 * If r is 0 on all training rows, alpha does not exist, and fitting is refused. That is so when they extend in D directions
 * about u or fewer (eigenvalues above {@code d * 2^-52 * lambda_max}; what is below is rounding), as D rows or fewer do.
 * If the eigenvalues on both sides of the cut are equal within rounding, which of the directions is principal is
 * arbitrary, and a note says so. A dimension of d or more is an error, as are no rows, NaN and infinity. One class is
 * enough.
 *
 * <h2>Cost</h2>
 *
 * (d + C) * d multiply-adds a training row, one eigen-decomposition of order d, min(C, d) * C * d for u;
 * (d - D + C) * d a sample. State, F64: {@code origin} {@code [d]}, {@code complement} {@code [d - D x d]}, {@code alpha}
 * {@code [1]}; and the head.
 *
 * <h2>Source</h2>
 *
 * Wang et al., ViM: Out-Of-Distribution with Virtual-logit Matching, CVPR 2022 (arXiv 2203.10807).
 *
 * @param dimension principal directions, at least 0; empty for the default of the space
 */
public record Vim(OptionalInt dimension) implements BuiltIn {
    private static final String ID = "vim";
    private static final String ALPHA = "alpha";
    private static final Option<Vim, OptionalInt> DIMENSION = PrincipalComplement.option(Vim::dimension);

    static final Method<Vim> METHOD = new Method<>(
            Vim.class,
            ID,
            "energy of a linear head minus the scaled residual of the features",
            Needs.FEATURES.withHead(Needs.Head.REQUIRED),
            List.of(DIMENSION),
            given -> new Vim(given.get(DIMENSION)));

    /** Checks the dimension. */
    public Vim {
        PrincipalComplement.requireDimension(dimension, ID);
    }

    /** The default dimension of the space. */
    public Vim() {
        this(DIMENSION.absent());
    }

    /** {@code -W^+ b}: the input of smallest norm at which the logits are as near to 0 as can be. */
    static double[] origin(LinearHead head) {
        float[] bias = head.bias();
        double[] right = new double[bias.length];
        for (int c = 0; c < right.length; c++) {
            right[c] = 0.0 - bias[c];
        }
        return MinimumNorm.solve(
                head.weight().toTensor().toDoubles(), bias.length, head.dimension(), right, Simd.kernels());
    }

    @Override
    public FittedDetector fit(Training training) {
        OnHead.Fitting to = OnHead.Fitting.of(training, ID);
        FeatureSet samples = to.samples();
        LinearHead head = to.head();
        int principal = PrincipalComplement.dimension(dimension, samples.space().dimension(), ID);
        HeadInputs inputs = to.inputs();
        PrincipalComplement.Found found = PrincipalComplement.of(inputs, origin(head), principal, ID);
        if (found.rank() <= principal) {
            throw new IllegalArgumentException(
                    "vim: the %d rows of '%s' extend in %d directions about the head's origin, all of them within dimension = %d, so r is 0 on all of them and alpha does not exist; give a smaller dimension, or more rows"
                            .formatted(samples.size(), samples.dataset(), found.rank(), principal));
        }
        double alpha = alpha(inputs, head, found.complement());
        return with(head, samples.space(), found.complement(), alpha, found.notes());
    }

    private static double alpha(HeadInputs training, LinearHead head, PrincipalComplement complement) {
        double[] residuals = new double[training.size()];
        double[] largest = new double[training.size()];
        training.concurrently((from, inputs, count) -> {
            double[][] logits = HeadInputs.logits(head, inputs, count);
            double[] norms = complement.norms(inputs, count);
            for (int i = 0; i < count; i++) {
                residuals[from + i] = norms[i];
                largest[from + i] = Softmax.max(logits[i]);
            }
        });
        double logit = 0;
        double residual = 0;
        for (int i = 0; i < largest.length; i++) {
            logit += largest[i];
            residual += residuals[i];
        }
        return logit / residual;
    }

    @Override
    public FittedDetector restore(FeatureSpace space, Map<String, Tensor> state) {
        LinearHead head = Headed.head(space, state);
        PrincipalComplement complement = PrincipalComplement.restore(state, dimension, space.dimension(), ID);
        double alpha = Inputs.require(state, ALPHA, ID, 1).toDoubles()[0];
        return with(head, space, complement, alpha, List.of());
    }

    private FittedDetector with(
            LinearHead head, FeatureSpace space, PrincipalComplement complement, double alpha, List<String> notes) {
        return OnHead.fitted(
                this,
                space,
                head,
                notes,
                () -> {
                    var learnt = new LinkedHashMap<>(complement.state());
                    learnt.put(ALPHA, Tensor.ofDoubles(new double[] {alpha}, 1));
                    return learnt;
                },
                rows -> scores(rows, complement, alpha));
    }

    private static double[] scores(OnHead.Rows rows, PrincipalComplement complement, double alpha) {
        double[] scores = rows.energies(rows.inputs());
        double[] norms = complement.norms(rows.inputs(), rows.count());
        for (int i = 0; i < scores.length; i++) {
            scores[i] -= alpha * norms[i];
        }
        return scores;
    }
}
