// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.internal.linalg.Simd;
import io.github.stray.probe.LinearHead;
import io.github.stray.tensor.Tensor;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Mean distance to the head's decision boundaries, relative to the distance from the training mean:
 * {@code s(x) = 1/(C - 1) sum_(c != m) |z_m - z_c| / ||w_m - w_c|| / ||x - mean||}, with {@code z = W x + b}, m the predicted
 * class and mean that of the training rows. x is the head's own input: {@code (x - mean) / scale} where the head carries
 * them, in the mean of the training rows as in scoring.
 *
 * <h2>Options</h2>
 *
 * {@code normalize=feature} divides by {@code ||x||} instead; nothing is fitted then.
 *
 * <h2>Ties and degenerate input</h2>
 *
 * Of equal logits the lower class is predicted; the others of them lie at distance 0, so the choice matters little. Two
 * classes with equal weights have no boundary: they are left out of each other's mean, which is then over the classes that
 * remain, and a note says how many classes this concerns. A head of one class, or of equal weights throughout, has no
 * boundary at all and is refused. A sample equal to the training mean (with {@code normalize=feature}, a zero sample) scores
 * infinity, or 0 if it lies on every boundary. No rows, NaN and infinity are errors.
 *
 * <h2>Cost</h2>
 *
 * C * d multiply-adds a sample, and as many again for each class predicted in a block of samples. State: {@code center} F64
 * {@code [d]}, the mean of the training rows (not with {@code normalize=feature}), and the head.
 *
 * <h2>Source</h2>
 *
 * Liu and Qin, Fast Decision Boundary based Out-of-Distribution Detector, ICML 2024 (arXiv 2312.11536).
 *
 * @param normalize what the distance is relative to
 */
public record Fdbd(Normalize normalize) implements BuiltIn {
    /** What the distance is relative to. */
    public enum Normalize {
        /** The distance from the mean of the training rows. */
        MEAN,
        /** The length of the sample. */
        FEATURE
    }

    private static final String ID = "fdbd";
    private static final String CENTER = "center";
    private static final Option<Fdbd, Normalize> NORMALIZE = Option.choice(
            "normalize",
            Normalize.MEAN,
            "relative to the distance from the training mean, or to the length of the sample",
            Fdbd::normalize);

    static final Method<Fdbd> METHOD = new Method<>(
            Fdbd.class,
            ID,
            "distance to the decision boundaries of a linear head",
            Needs.FEATURES.withHead(Needs.Head.REQUIRED),
            List.of(NORMALIZE),
            given -> new Fdbd(given.get(NORMALIZE)));

    /** Relative to the distance from the training mean. */
    public Fdbd() {
        this(NORMALIZE.absent());
    }

    @Override
    public Needs needs() {
        return normalize == Normalize.MEAN ? METHOD.needs() : METHOD.needs().unfitted();
    }

    @Override
    public FittedDetector fit(Training training) {
        if (normalize == Normalize.FEATURE) {
            OnHead.Given given = OnHead.Given.of(training, ID);
            return with(given.head(), given.space(), Optional.empty());
        }
        OnHead.Fitting to = OnHead.Fitting.of(training, ID);
        return with(to.head(), to.space(), Optional.of(to.inputs().mean()));
    }

    @Override
    public FittedDetector restore(FeatureSpace space, Map<String, Tensor> state) {
        LinearHead head = Headed.head(space, state);
        return with(
                head,
                space,
                normalize == Normalize.FEATURE
                        ? Optional.empty()
                        : Optional.of(Inputs.require(state, CENTER, ID, space.dimension())
                                .toDoubles()));
    }

    private FittedDetector with(LinearHead head, FeatureSpace space, Optional<double[]> center) {
        double[] from = center.orElse(new double[space.dimension()]);
        Gaps gaps = Gaps.of(head);
        return OnHead.fitted(
                this,
                space,
                head,
                notes(head),
                () -> center.isEmpty() ? Map.of() : Map.of(CENTER, Tensor.ofDoubles(from, from.length)),
                rows -> scores(rows, gaps, from));
    }

    private static List<String> notes(LinearHead head) {
        FeatureMatrix weight = head.weight();
        var alike = new HashMap<FloatBuffer, Integer>();
        for (int c = 0; c < head.classes(); c++) {
            alike.merge(FloatBuffer.wrap(weight.row(c)), 1, Integer::sum);
        }
        if (alike.size() == 1) {
            throw new IllegalArgumentException(
                    head.classes() == 1
                            ? "fdbd measures distances to the boundaries between classes, and the head has one class; expected two or more"
                            : "fdbd measures distances to the boundaries between classes, and the weights of all %d classes of the head are equal; expected classes that differ"
                                    .formatted(head.classes()));
        }
        int shared = alike.values().stream()
                .filter(count -> count > 1)
                .mapToInt(Integer::intValue)
                .sum();
        return shared == 0
                ? List.of()
                : List.of(
                        "%d of %d classes share their weights with another; there is no boundary between such classes, and none is counted"
                                .formatted(shared, head.classes()));
    }

    private static double[] scores(OnHead.Rows rows, Gaps weights, double[] center) {
        int d = rows.head().dimension();
        double[][] logits = rows.logits();
        int[] predicted = Arrays.stream(logits).mapToInt(Softmax::argmax).toArray();
        int[] distinct = Arrays.stream(predicted).sorted().distinct().toArray();
        double[][] gaps = weights.between(distinct);
        double[] scores = new double[rows.count()];
        for (int i = 0; i < scores.length; i++) {
            double[] z = logits[i];
            double[] gap = gaps[Arrays.binarySearch(distinct, predicted[i])];
            double sum = 0;
            int boundaries = 0;
            for (int c = 0; c < z.length; c++) {
                if (gap[c] > 0) {
                    sum += (z[predicted[i]] - z[c]) / gap[c];
                    boundaries++;
                }
            }
            double distance = Math.sqrt(Simd.kernels().squaredDistance(rows.inputs(), i * d, center, 0, d));
            scores[i] = sum == 0 ? 0 : sum / boundaries / distance;
        }
        return scores;
    }

    /** Distances between the weights of classes: C * C of them, so never all at once. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Gaps(double[] weights, double[] squares, int d) {
        /** Share of two squares below which their difference has lost too many digits, and is summed anew. */
        private static final double CANCELLED = 0x1p-10;

        static Gaps of(LinearHead head) {
            double[] weights = head.weight().toTensor().toDoubles();
            int d = head.dimension();
            double[] squares = new double[head.classes()];
            for (int c = 0; c < squares.length; c++) {
                squares[c] = Simd.kernels().dot(weights, c * d, weights, c * d, d);
            }
            return new Gaps(weights, squares, d);
        }

        /** Distances from each of some classes to all; 0 where the weights are equal. */
        double[][] between(int[] some) {
            int classes = squares.length;
            double[] rows = new double[some.length * d];
            for (int i = 0; i < some.length; i++) {
                System.arraycopy(weights, some[i] * d, rows, i * d, d);
            }
            double[] products = new double[some.length * classes];
            Simd.kernels().dots(rows, 0, some.length, weights, 0, classes, d, products);
            double[][] gaps = new double[some.length][classes];
            for (int i = 0; i < some.length; i++) {
                for (int c = 0; c < classes; c++) {
                    double both = squares[some[i]] + squares[c];
                    double square = both - 2 * products[i * classes + c];
                    gaps[i][c] = Math.sqrt(
                            square > CANCELLED * both
                                    ? square
                                    : Simd.kernels().squaredDistance(rows, i * d, weights, c * d, d));
                }
            }
            return gaps;
        }
    }
}
