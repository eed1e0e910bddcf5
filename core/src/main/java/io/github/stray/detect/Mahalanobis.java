// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.feature.Labels;
import io.github.stray.internal.linalg.Kernels;
import io.github.stray.internal.linalg.Norms;
import io.github.stray.internal.linalg.Scatter;
import io.github.stray.internal.linalg.Simd;
import io.github.stray.internal.linalg.Whitening;
import io.github.stray.score.Scores;
import io.github.stray.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Minus the smallest squared Mahalanobis distance to a class mean: {@code s(x) = -min_c (x - mu_c)' S^+ (x - mu_c)}, with S
 * the pooled within-class covariance, divisor n, and S^+ its inverse.
 *
 * <h2>Singular covariance</h2>
 *
 * S^+ is the symmetric pseudo-inverse: directions whose eigenvalue lies below {@code d * 2^-52 * lambda_max} are dropped,
 * and a note says how many. A difference along a dropped direction does not count. {@code shrinkage=a} replaces S by
 * {@code (1 - a) S + a tr(S)/d I} before that. If S is zero, as when every class has one sample, fitting is refused.
 *
 * <h2>Options</h2>
 *
 * {@code normalize=true} scales rows to unit length first (a zero row stays zero); the id {@code mahalanobis++} is an alias
 * for that. {@code on=logits} reads the layer logits. Variants, all with the class means of the training rows:
 *
 * <ul>
 *   <li>{@code plp}: S is the unweighted mean of the class covariances, each with divisor n_c - 1; classes with one
 *       sample are left out altogether, their means too.
 *   <li>{@code pytorch-ood}: half the distance, divisor n - 1, and S + 1e-6 I.
 *   <li>{@code mcm}: half the distance, and S the total covariance with divisor n - 1.
 * </ul>
 *
 * A variant fixes S, so shrinkage other than 0 is refused with it; normalize and on act on the rows and may be combined.
 *
 * <h2>Degenerate input</h2>
 *
 * Labels are required. A class without training rows has no mean and takes no part. No rows, NaN and infinity are errors,
 * and so is one row (S is zero or its divisor is).
 *
 * <h2>Numerics</h2>
 *
 * Means, covariance and whitening are double throughout. A row is centred on the mean of all training rows, whitened, and
 * compared with the whitened class means by differences; no squares are subtracted from each other. State, all F64:
 * {@code center} {@code [d]}, {@code whitening} {@code [r x d]}, {@code whitened_means} {@code [C x r]}, r the rank of S. Cost: d * d
 * multiply-adds a training row, d * r + C * r a sample.
 *
 * <h2>Source</h2>
 *
 * Lee et al., NeurIPS 2018 (arXiv 1807.03888); normalised rows: Mueller and Hein, Mahalanobis++, ICML 2025 (arXiv
 * 2505.18032). Deviations: one layer, no input preprocessing.
 *
 * @param normalize whether rows are scaled to unit length first
 * @param shrinkage share of the isotropic covariance, 0 to 1
 * @param on layer that is read
 * @param variant formula
 */
public record Mahalanobis(boolean normalize, double shrinkage, Layer on, Variant variant) implements Detector {
    /** Layer that is read. */
    public enum Layer {
        /** The features. */
        FEATURES,
        /** The logits of a head. */
        LOGITS
    }

    /** Formula. */
    public enum Variant {
        /** Stray's definition. */
        CANONICAL,
        /** As in the code of pseudo-label probing. */
        PLP,
        /** As in the library pytorch-ood. */
        PYTORCH_OOD,
        /** As in the code of maximum concept matching. */
        MCM
    }

    private static final String ID = "mahalanobis";
    private static final String CENTER = "center";
    private static final String WHITENING = "whitening";
    private static final String MEANS = "whitened_means";
    private static final double PYTORCH_OOD_DIAGONAL = 1e-6;
    private static final int BLOCK_ROWS = 240;
    private static final int BLOCK_VALUES = 1 << 20;
    private static final int MAP_ROWS = 24;

    static final DetectorDescription DESCRIPTION = describe(ID, "false");
    static final DetectorDescription NORMALIZED_DESCRIPTION = describe("mahalanobis++", "true");

    private static DetectorDescription describe(String id, String normalize) {
        return new DetectorDescription(
                id,
                "nearness to the nearest class mean under one shared covariance"
                        + (id.equals(ID) ? "" : ", on unit rows: mahalanobis with normalize=true"),
                Needs.FEATURES.withLabels(),
                List.of(
                        new DetectorOption("normalize", normalize, "true|false", "scale rows to unit length first"),
                        new DetectorOption("shrinkage", "0.0", "0 to 1", "share of the isotropic covariance"),
                        new DetectorOption("on", "features", "features|logits", "layer that is read"),
                        new DetectorOption(
                                "variant",
                                "canonical",
                                "canonical|plp|pytorch-ood|mcm",
                                "covariance and factor of a published code")));
    }

    /** Checks the options and that they agree. */
    public Mahalanobis {
        if (!(shrinkage >= 0 && shrinkage <= 1)) {
            throw new IllegalArgumentException("option shrinkage of mahalanobis must lie in 0 .. 1, was " + shrinkage);
        }
        if (shrinkage > 0 && variant != Variant.CANONICAL) {
            throw new IllegalArgumentException(
                    "mahalanobis: variant=%s fixes the covariance, so shrinkage must stay 0, was %s"
                            .formatted(Options.word(variant), shrinkage));
        }
    }

    /** The canonical variant on features, rows as they are, no shrinkage. */
    public Mahalanobis() {
        this(false, 0, Layer.FEATURES, Variant.CANONICAL);
    }

    static Mahalanobis of(Options options) {
        return of(options, options.flag("normalize", false));
    }

    static Mahalanobis normalized(Options options) {
        if (!options.flag("normalize", true)) {
            throw new IllegalArgumentException(
                    "mahalanobis++ means normalize=true; for normalize=false take mahalanobis");
        }
        return of(options, true);
    }

    private static Mahalanobis of(Options options, boolean normalize) {
        return new Mahalanobis(
                normalize,
                options.number("shrinkage", 0),
                options.choice("on", Layer.FEATURES),
                options.choice("variant", Variant.CANONICAL));
    }

    @Override
    public String id() {
        return ID;
    }

    @Override
    public Map<String, String> options() {
        var options = new LinkedHashMap<String, String>();
        options.put("normalize", Boolean.toString(normalize));
        options.put("shrinkage", Double.toString(shrinkage));
        options.put("on", Options.word(on));
        options.put("variant", Options.word(variant));
        return options;
    }

    @Override
    public Needs needs() {
        return (on == Layer.LOGITS ? Needs.LOGITS : Needs.FEATURES).withLabels();
    }

    @Override
    public FittedDetector fit(Training training) {
        return on == Layer.LOGITS ? Headed.fit(training, ID, this::fitTo) : fitTo(Inputs.requireTraining(training, ID));
    }

    private FittedDetector fitTo(FeatureSet training) {
        Labels labels = Inputs.requireLabels(training, ID);
        int d = training.space().dimension();
        if ((long) d * d > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException(
                    "mahalanobis keeps a d x d covariance and takes at most 46340 dimensions, '%s' has %d"
                            .formatted(training.dataset(), d));
        }
        Classes classes = Classes.of(this, training, labels);
        double[] covariance = covariance(training, classes);
        Whitening whitening = Whitening.of(covariance, d, Simd.kernels());
        var notes = new ArrayList<>(classes.notes(variant));
        return Fitted.of(this, training.space(), classes, whitening, notes);
    }

    @Override
    public FittedDetector restore(FeatureSpace space, Map<String, Tensor> state) {
        return Headed.restore(space, state, this::restoreOn);
    }

    private FittedDetector restoreOn(FeatureSpace space, Map<String, Tensor> state) {
        int d = space.dimension();
        double[] center = Inputs.require(state, CENTER, ID, d).toDoubles();
        Tensor map = Inputs.require(state, WHITENING, ID, -1, d);
        int rank = Math.toIntExact(map.shape()[0]);
        Tensor means = Inputs.require(state, MEANS, ID, -1, rank);
        if (rank == 0 || means.shape()[0] == 0) {
            throw new IllegalArgumentException(
                    "the state of mahalanobis has %d directions and %d class means, expected some"
                            .formatted(rank, means.shape()[0]));
        }
        return new Fitted(this, space, center, new Whitening(map.toDoubles(), rank, d), means.toDoubles(), List.of());
    }

    private double[] covariance(FeatureSet training, Classes classes) {
        int d = training.space().dimension();
        int n = training.size();
        double divisor = switch (variant) {
            case CANONICAL -> n;
            case PLP -> 1;
            case PYTORCH_OOD, MCM -> n - 1.0;
        };
        if (divisor == 0) {
            throw new IllegalArgumentException("mahalanobis: variant=%s divides by n - 1, '%s' has one row"
                    .formatted(Options.word(variant), training.dataset()));
        }
        Scatter scatter = new Scatter(d, Simd.kernels());
        forEachBlock(training, (from, rows, count) -> {
            for (int i = 0; i < count; i++) {
                int c = classes.of(from + i);
                double weight = variant == Variant.PLP ? classes.plpWeight(c) : 1;
                for (int t = 0; t < d; t++) {
                    double mean = variant == Variant.MCM ? classes.center()[t] : classes.means()[c * d + t];
                    rows[i * d + t] = weight * (rows[i * d + t] - mean);
                }
            }
            scatter.add(rows, count);
        });
        double[] s = scatter.matrix();
        double trace = 0;
        for (int i = 0; i < s.length; i++) {
            s[i] /= divisor;
        }
        for (int i = 0; i < d; i++) {
            trace += s[i * d + i];
        }
        double diagonal = variant == Variant.PYTORCH_OOD ? PYTORCH_OOD_DIAGONAL : shrinkage * trace / d;
        if (trace == 0 && diagonal == 0) {
            throw new IllegalArgumentException(
                    "mahalanobis: the rows of each class of '%s' are all equal, so there is no covariance to measure with; expected classes whose rows differ"
                            .formatted(training.dataset()));
        }
        for (int i = 0; i < s.length; i++) {
            s[i] *= 1 - shrinkage;
        }
        for (int i = 0; i < d; i++) {
            s[i * d + i] += diagonal;
        }
        return s;
    }

    @FunctionalInterface
    private interface Block {
        void accept(int from, double[] rows, int count);
    }

    private void forEachBlock(FeatureSet samples, Block block) {
        int d = samples.space().dimension();
        int step = blockRows(d, samples.size());
        for (int from = 0; from < samples.size(); from += step) {
            int to = Math.min(samples.size(), from + step);
            block.accept(from, rows(samples, from, to), to - from);
        }
    }

    private static int blockRows(int d, int n) {
        return Math.max(1, Math.min(n, Math.min(BLOCK_ROWS, BLOCK_VALUES / d)));
    }

    private double[] rows(FeatureSet samples, int from, int to) {
        int d = samples.space().dimension();
        float[] floats = new float[(to - from) * d];
        samples.features().copyRows(from, to, floats, 0);
        double[] rows = new double[floats.length];
        for (int i = 0; i < to - from; i++) {
            double norm = normalize ? Norms.norm(floats, i * d, d) : 1;
            double divisor = norm == 0 ? 1 : norm;
            for (int t = i * d; t < (i + 1) * d; t++) {
                rows[t] = floats[t] / divisor;
            }
        }
        return rows;
    }

    /** The classes that have training rows, in label order, and their means. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Classes(Labels labels, int[] present, int[] counts, int[] classOf, double[] means, double[] center) {
        static Classes of(Mahalanobis detector, FeatureSet training, Labels labels) {
            int d = training.space().dimension();
            int[] values = labels.toArray();
            int[] present = Arrays.stream(values).sorted().distinct().toArray();
            if ((long) present.length * d > Integer.MAX_VALUE - 8) {
                throw new IllegalArgumentException("mahalanobis: %d class means of dimension %d do not fit one array"
                        .formatted(present.length, d));
            }
            int[] classOf = Arrays.stream(values)
                    .map(label -> Arrays.binarySearch(present, label))
                    .toArray();
            int[] counts = new int[present.length];
            double[] means = new double[present.length * d];
            double[] center = new double[d];
            detector.forEachBlock(training, (from, rows, count) -> {
                for (int i = 0; i < count; i++) {
                    int c = classOf[from + i];
                    counts[c]++;
                    for (int t = 0; t < d; t++) {
                        means[c * d + t] += rows[i * d + t];
                    }
                }
            });
            for (int c = 0; c < present.length; c++) {
                for (int t = 0; t < d; t++) {
                    center[t] += means[c * d + t] / values.length;
                    means[c * d + t] /= counts[c];
                }
            }
            return new Classes(labels, present, counts, classOf, means, center);
        }

        int of(int row) {
            return classOf[row];
        }

        int[] measured(Variant variant) {
            return IntStream.range(0, counts.length)
                    .filter(c -> variant != Variant.PLP || counts[c] > 1)
                    .toArray();
        }

        double plpWeight(int c) {
            return counts[c] == 1 ? 0 : Math.sqrt(1 / ((counts[c] - 1.0) * measured(Variant.PLP).length));
        }

        List<String> notes(Variant variant) {
            var notes = new ArrayList<String>();
            int absent = labels.classNames().size() - present.length;
            if (absent > 0) {
                notes.add("%d of %d classes have no training rows; no distance to them is measured"
                        .formatted(absent, labels.classNames().size()));
            }
            long single = Arrays.stream(counts).filter(count -> count == 1).count();
            if (single > 0) {
                notes.add(
                        variant == Variant.PLP
                                ? "%d of %d classes have one training row and are left out"
                                        .formatted(single, counts.length)
                                : "%d of %d classes have one training row and add nothing to the covariance"
                                        .formatted(single, counts.length));
            }
            return notes;
        }
    }

    private static final class Fitted implements FittedDetector {
        private final Mahalanobis detector;
        private final FeatureSpace space;
        private final double[] center;
        private final Whitening whitening;
        private final double[] means;
        private final List<String> notes;

        Fitted(
                Mahalanobis detector,
                FeatureSpace space,
                double[] center,
                Whitening whitening,
                double[] means,
                List<String> notes) {
            this.detector = detector;
            this.space = space;
            this.center = center;
            this.whitening = whitening;
            this.means = means;
            var all = new ArrayList<>(notes);
            if (whitening.dropped() > 0) {
                all.add(
                        "the covariance is singular: %d of %d directions were dropped, and differences along them do not count"
                                .formatted(whitening.dropped(), whitening.dimension()));
            }
            this.notes = List.copyOf(all);
        }

        static Fitted of(
                Mahalanobis detector, FeatureSpace space, Classes classes, Whitening whitening, List<String> notes) {
            int d = space.dimension();
            int[] measured = classes.measured(detector.variant);
            double[] differences = new double[measured.length * d];
            for (int c = 0; c < measured.length; c++) {
                for (int t = 0; t < d; t++) {
                    differences[c * d + t] = classes.means()[measured[c] * d + t] - classes.center()[t];
                }
            }
            double[] whitened = whiten(differences, measured.length, whitening);
            return new Fitted(detector, space, classes.center(), whitening, whitened, notes);
        }

        private static double[] whiten(double[] rows, int count, Whitening whitening) {
            int rank = whitening.rank();
            int d = whitening.dimension();
            double[] whitened = new double[count * rank];
            double[] tile = new double[count * MAP_ROWS];
            for (int first = 0; first < rank; first += MAP_ROWS) {
                int size = Math.min(MAP_ROWS, rank - first);
                Simd.kernels().dots(rows, 0, count, whitening.map(), first, size, d, tile);
                for (int i = 0; i < count; i++) {
                    System.arraycopy(tile, i * size, whitened, i * rank + first, size);
                }
            }
            return whitened;
        }

        @Override
        public Detector detector() {
            return detector;
        }

        @Override
        public FeatureSpace space() {
            return space;
        }

        @Override
        public Scores score(FeatureSet samples) {
            Inputs.requireSamples(samples, space, ID);
            int n = samples.size();
            double[] distances = new double[n];
            int step = Math.max(1, blockRows(space.dimension(), n) / 5);
            IntStream.range(0, Math.ceilDiv(n, step))
                    .parallel()
                    .forEach(b -> measure(samples, b * step, Math.min(n, (b + 1) * step), distances));
            return Scores.fromOutlierScores(distances);
        }

        private void measure(FeatureSet samples, int from, int to, double[] distances) {
            int d = space.dimension();
            int rank = whitening.rank();
            double[] rows = detector.rows(samples, from, to);
            for (int i = 0; i < to - from; i++) {
                for (int t = 0; t < d; t++) {
                    rows[i * d + t] -= center[t];
                }
            }
            double[] whitened = whiten(rows, to - from, whitening);
            Kernels kernels = Simd.kernels();
            boolean half = detector.variant == Variant.PYTORCH_OOD || detector.variant == Variant.MCM;
            for (int i = from; i < to; i++) {
                double nearest = Double.POSITIVE_INFINITY;
                for (int mean = 0; mean < means.length; mean += rank) {
                    nearest =
                            Math.min(nearest, kernels.squaredDistance(whitened, (i - from) * rank, means, mean, rank));
                }
                distances[i] = half ? nearest / 2 : nearest;
            }
        }

        @Override
        public List<String> notes() {
            return notes;
        }

        @Override
        public Map<String, Tensor> state() {
            int rank = whitening.rank();
            return Map.of(
                    CENTER, Tensor.ofDoubles(center, center.length),
                    WHITENING, Tensor.ofDoubles(whitening.map(), rank, center.length),
                    MEANS, Tensor.ofDoubles(means, means.length / rank, rank));
        }
    }
}
