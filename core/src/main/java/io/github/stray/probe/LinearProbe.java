// SPDX-License-Identifier: Apache-2.0
package io.github.stray.probe;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.Labels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The paper's recipe for a linear head on frozen features: {@code z = W f + b} on {@code f = (x - m) / s}, trained to the
 * least mean cross-entropy. m and s are the training rows' mean and standard deviation (divisor n - 1) of each dimension.
 *
 * <h2>Solvers</h2>
 *
 * {@code ADAM} (default): Adam with decays 0.9 and 0.999 and epsilon 1e-8, {@code weightDecay} times the parameter added to
 * the gradient (L2, not decoupled; on b too); batches of {@code batch} rows, the last partial one kept; {@code epochs}
 * epochs, each in an order of its own; W and b start uniform in {@code +-1/sqrt(d)}; order and start come from {@code
 * seed}. The rate of step s of N = epochs * ceil(n / batch), counted from 0, with w = floor(N / 10), is {@code learningRate
 * * s / (w - 1)} for s below w (0 where w = 1), else {@code learningRate * (1 + cos(pi (s - w) / (N - w))) / 2}, whatever
 * the batch. Gradients over at most 1,024 rows are summed in float32, those of larger batches in double across such parts.
 *
 * <p>{@code LBFGS}: minimises mean cross-entropy + {@code weightDecay / 2 (|W|^2 + |b|^2)} in double from W = 0, b = 0 until
 * the norm of the gradient is 1e-6 of what it was at the start. The objective is strictly convex for a positive weight
 * decay, so the result is its one minimum; {@code epochs}, {@code batch}, {@code learningRate} do not matter, {@code seed}
 * only for {@code shots}. Where rounding stops it earlier, a note of the result says how far it came.
 *
 * <p>{@code shots = N} trains on N rows of each class, drawn by {@code seed}; a class with fewer keeps what it has, which a
 * note says. The rows left out are not among those the head {@link LinearHead#seen() has seen}.
 *
 * <h2>Degenerate input</h2>
 *
 * A constant dimension, which every one of a single row is, is centred only. Classes without rows are allowed and noted:
 * their weights only learn to stay low. Fewer rows than a batch make one partial batch an epoch. Equal rows with different
 * labels are allowed. Refused: no rows, no labels, fewer than two classes, NaN, infinity, and a dimension whose standard
 * deviation float32 cannot hold.
 *
 * <h2>Cost</h2>
 *
 * Adam: 4 n d C multiply-adds an epoch; memory n * d floats. On all processors; the result is the same, bit for bit, on any
 * number of them, and in float32 the same as PyTorch's up to rounding.
 *
 * <h2>Source</h2>
 *
 * Adaloglou et al., TMLR 2024 (arXiv 2303.05828), and the code released with it, which scales the rate with the batch and
 * then overwrites it at every step: so neither scales it. Adam: Kingma and Ba, ICLR 2015 (arXiv 1412.6980).
 *
 * @param solver how the loss is made small
 * @param epochs passes over the rows, at least 1
 * @param batch rows a step, at least 1; the paper takes 8192 for ImageNet-1K
 * @param seed of start, order and shots
 * @param learningRate largest rate, positive
 * @param weightDecay strength of the pull towards 0, at least 0; LBFGS needs a positive one
 * @param shots rows to take of each class, at least 1; empty for all
 */
public record LinearProbe(
        Solver solver, int epochs, int batch, long seed, double learningRate, double weightDecay, OptionalInt shots) {

    /** How the loss is made small. */
    public enum Solver {
        /** The paper's: first-order steps on batches. */
        ADAM,
        /** The deterministic alternative: a quasi-Newton method on all rows. */
        LBFGS
    }

    /** The paper's recipe. */
    public static final LinearProbe PAPER = new LinearProbe(Solver.ADAM, 100, 256, 42, 1e-3, 1e-3, OptionalInt.empty());

    private static final double GRADIENT_RATIO = 1e-6;
    private static final int NAMED = 5;

    /** Checks the options. */
    public LinearProbe {
        require(epochs >= 1, "epochs", "at least 1", epochs);
        require(batch >= 1, "batch", "at least 1", batch);
        require(
                learningRate > 0 && Double.isFinite(learningRate),
                "learning rate",
                "positive and finite",
                learningRate);
        require(weightDecay >= 0 && Double.isFinite(weightDecay), "weight decay", "at least 0 and finite", weightDecay);
        require(shots.orElse(1) >= 1, "shots", "at least 1", shots.orElse(1));
        if (solver == Solver.LBFGS && weightDecay == 0) {
            throw new IllegalArgumentException(
                    "the linear probe by LBFGS needs a positive weight decay, was 0: without it separable classes have no minimum");
        }
    }

    private static void require(boolean holds, String option, String expected, Number given) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "option %s of the linear probe must be %s, was %s".formatted(option, expected, given));
        }
    }

    /**
     * {@return the trained head and how its training went}
     *
     * @param samples finite features with labels
     * @throws IllegalArgumentException if the samples cannot be trained on; the message says why
     */
    public TrainedProbe train(FeatureSet samples) {
        return train(samples, ProbeProgress.NONE);
    }

    /**
     * {@return the trained head and how its training went}
     *
     * @param samples finite features with labels
     * @param progress hears of every epoch or iteration
     * @throws IllegalArgumentException if the samples cannot be trained on; the message says why
     */
    public TrainedProbe train(FeatureSet samples, ProbeProgress progress) {
        requireTrainable(samples);
        var notes = new ArrayList<String>();
        var random = new SplittableRandom(seed);
        SplittableRandom starting = random.split();
        SplittableRandom ordering = random.split();
        FeatureSet training = shots.isPresent() ? drawn(samples, random.split(), notes) : samples;
        Labels labels = training.labels().orElseThrow();
        noteEmptyClasses(training, labels, notes);
        StandardisedRows rows = StandardisedRows.of(training);
        return solver == Solver.ADAM
                ? byAdam(training, rows, starting, ordering, progress, notes)
                : byLbfgs(training, rows, progress, notes);
    }

    private TrainedProbe byAdam(
            FeatureSet training,
            StandardisedRows rows,
            SplittableRandom starting,
            SplittableRandom ordering,
            ProbeProgress progress,
            List<String> notes) {
        Labels labels = training.labels().orElseThrow();
        int d = rows.dimension();
        int classes = labels.classCount();
        double bound = 1 / Math.sqrt(d);
        var adam = new Adam(
                this, rows, labels.toArray(), uniform(starting, classes * d, bound), uniform(starting, classes, bound));
        int[] order = IntStream.range(0, rows.count()).toArray();
        for (int epoch = 1; epoch <= epochs; epoch++) {
            shuffle(order, ordering);
            progress.advanced(epoch, adam.epoch(order));
        }
        return trained(adam.weight(), adam.bias(), rows, training, adam.steps(), Optional.empty(), notes);
    }

    private TrainedProbe byLbfgs(
            FeatureSet training, StandardisedRows rows, ProbeProgress progress, List<String> notes) {
        int classes = training.labels().orElseThrow().classCount();
        int weights = classes * rows.dimension();
        Lbfgs.Minimum minimum = Lbfgs.minimise(
                new SoftmaxRegression(training, rows.standardisation(), weightDecay), GRADIENT_RATIO, progress);
        if (minimum.ending() != Lbfgs.Ending.CONVERGED) {
            notes.add("L-BFGS stopped after %d iterations with a gradient of %.3g of its start, short of %.0e: %s"
                    .formatted(minimum.iterations(), minimum.norms().ratio(), GRADIENT_RATIO, minimum.ending().reason));
        }
        float[] point = new float[weights + classes];
        for (int i = 0; i < point.length; i++) {
            point[i] = (float) minimum.point()[i];
        }
        float[] weight = Arrays.copyOf(point, weights);
        float[] bias = Arrays.copyOfRange(point, weights, point.length);
        return trained(weight, bias, rows, training, minimum.iterations(), Optional.of(minimum.norms()), notes);
    }

    private TrainedProbe trained(
            float[] weight,
            float[] bias,
            StandardisedRows rows,
            FeatureSet training,
            long steps,
            Optional<GradientNorms> norms,
            List<String> notes) {
        LinearHead head = new LinearHead(
                FeatureMatrix.copyOf(weight, bias.length, rows.dimension()),
                bias,
                Optional.of(rows.standardisation()),
                training.labels().orElseThrow().classNames(),
                training.space(),
                SeenSamples.of(training));
        return new TrainedProbe(head, this, HeadQuality.of(head, training), steps, norms, notes);
    }

    private static void requireTrainable(FeatureSet samples) {
        if (samples.size() == 0) {
            throw new IllegalArgumentException(
                    "a linear probe needs at least one training row, '%s' has none".formatted(samples.dataset()));
        }
        Labels labels = samples.labels()
                .orElseThrow(() -> new IllegalArgumentException(
                        "a linear probe needs labels, '%s' has none".formatted(samples.dataset())));
        int classes = labels.classCount();
        if (classes < 2) {
            throw new IllegalArgumentException(
                    "a linear probe needs at least two classes, '%s' has one".formatted(samples.dataset()));
        }
        int d = samples.features().dimension();
        if ((long) classes * (d + 1) > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException(
                    "the labels of '%s' reach %d: a head of %d classes on %d dimensions does not fit one array"
                            .formatted(samples.dataset(), classes - 1, classes, d));
        }
        samples.requireFinite();
    }

    private FeatureSet drawn(FeatureSet samples, SplittableRandom random, List<String> notes) {
        Labels labels = samples.labels().orElseThrow();
        int wanted = shots.orElseThrow();
        int[] sizes = sizes(labels);
        int[][] members = new int[sizes.length][];
        for (int c = 0; c < sizes.length; c++) {
            members[c] = new int[sizes[c]];
        }
        int[] filled = new int[sizes.length];
        for (int i = 0; i < labels.size(); i++) {
            int label = labels.get(i);
            members[label][filled[label]++] = i;
        }
        int few = 0;
        int[] kept = new int[labels.size()];
        int count = 0;
        for (int[] rows : members) {
            shuffle(rows, random);
            int taken = Math.min(wanted, rows.length);
            few += rows.length > 0 && rows.length < wanted ? 1 : 0;
            System.arraycopy(rows, 0, kept, count, taken);
            count += taken;
        }
        if (few > 0) {
            notes.add("%d of %d classes %s"
                    .formatted(
                            few,
                            sizes.length,
                            few == 1
                                    ? "has fewer than %d rows and keeps what it has".formatted(wanted)
                                    : "have fewer than %d rows and keep what they have".formatted(wanted)));
        }
        return samples.select(Arrays.stream(kept, 0, count).sorted().toArray());
    }

    private static void noteEmptyClasses(FeatureSet training, Labels labels, List<String> notes) {
        int[] sizes = sizes(labels);
        int[] empty =
                IntStream.range(0, sizes.length).filter(c -> sizes[c] == 0).toArray();
        if (empty.length > 0) {
            notes.add("%d of %d classes %s no row in '%s': %s%s"
                    .formatted(
                            empty.length,
                            sizes.length,
                            empty.length == 1 ? "has" : "have",
                            training.dataset(),
                            Arrays.stream(empty)
                                    .limit(NAMED)
                                    .mapToObj(labels::nameOf)
                                    .collect(Collectors.joining(", ")),
                            empty.length > NAMED ? ", .." : ""));
        }
    }

    private static int[] sizes(Labels labels) {
        int[] sizes = new int[labels.classCount()];
        for (int i = 0; i < labels.size(); i++) {
            sizes[labels.get(i)]++;
        }
        return sizes;
    }

    private static float[] uniform(SplittableRandom random, int count, double bound) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextDouble(-bound, bound);
        }
        return values;
    }

    private static void shuffle(int[] values, SplittableRandom random) {
        for (int i = values.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swapped = values[i];
            values[i] = values[j];
            values[j] = swapped;
        }
    }
}
