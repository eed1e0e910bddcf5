// SPDX-License-Identifier: Apache-2.0
package io.github.stray.probe;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.feature.Layer;
import io.github.stray.internal.linalg.DoublePanels;
import io.github.stray.internal.linalg.Parallel;
import io.github.stray.internal.linalg.Simd;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A linear classifier on features: {@code z = W f + b} with {@code f = (x - mean) / scale}, or {@code f = x} where the
 * head carries no mean and scale. A network's own last layer, or a trained probe. Immutable and safe for concurrent use.
 *
 * <p>Weights are stored in float32; {@code f} and {@code z} are computed in double, so a row's logits depend on nothing
 * but the row.
 */
public final class LinearHead {
    private static final int BLOCK_VALUES = 1 << 20;

    private final FeatureMatrix weight;
    private final float[] bias;
    private final Optional<Standardisation> standardisation;
    private final List<String> classNames;
    private final FeatureSpace space;
    private final SeenSamples seen;
    private final DoublePanels panels;

    /**
     * What a head does to a row before it multiplies.
     *
     * @param mean {@code [d]}, subtracted
     * @param scale {@code [d]}, divided by, none of them 0
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Standardisation(float[] mean, float[] scale) {
        /** Checks lengths and values. */
        public Standardisation {
            mean = mean.clone();
            scale = scale.clone();
            if (mean.length != scale.length) {
                throw new IllegalArgumentException(
                        "mean has %d entries, scale has %d".formatted(mean.length, scale.length));
            }
            for (int t = 0; t < mean.length; t++) {
                if (!Float.isFinite(mean[t]) || !Float.isFinite(scale[t]) || scale[t] == 0) {
                    throw new IllegalArgumentException(
                            "mean %s and scale %s of dimension %d; expected finite, scale not 0"
                                    .formatted(mean[t], scale[t], t));
                }
            }
        }

        /** {@return what is subtracted: a copy, {@code [d]}} */
        @Override
        public float[] mean() {
            return mean.clone();
        }

        /** {@return what is divided by: a copy, {@code [d]}} */
        @Override
        public float[] scale() {
            return scale.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Standardisation that
                    && Arrays.equals(mean, that.mean)
                    && Arrays.equals(scale, that.scale);
        }

        @Override
        public int hashCode() {
            return 31 * Arrays.hashCode(mean) + Arrays.hashCode(scale);
        }

        @Override
        public String toString() {
            return "Standardisation[" + mean.length + "]";
        }
    }

    /**
     * Makes a head.
     *
     * @param weight {@code [C x d]}, finite; C at least 1
     * @param bias {@code [C]}, finite; copied
     * @param standardisation what is done to a row first, of length d; empty if nothing
     * @param classNames C names, or none
     * @param space where its inputs live, of dimension d
     * @param seen what it was trained on, as far as that is known
     * @throws IllegalArgumentException if sizes disagree or a number is not finite
     */
    public LinearHead(
            FeatureMatrix weight,
            float[] bias,
            Optional<Standardisation> standardisation,
            List<String> classNames,
            FeatureSpace space,
            SeenSamples seen) {
        int d = weight.dimension();
        if (weight.rows() < 1) {
            throw new IllegalArgumentException("a head needs at least one class, its weight is " + weight);
        }
        if (bias.length != weight.rows()) {
            throw new IllegalArgumentException(
                    "a head of weight %d x %d has %d biases".formatted(weight.rows(), d, bias.length));
        }
        if (!classNames.isEmpty() && classNames.size() != weight.rows()) {
            throw new IllegalArgumentException(
                    "a head of %d classes has %d class names".formatted(weight.rows(), classNames.size()));
        }
        standardisation.ifPresent(first -> {
            if (first.mean.length != d) {
                throw new IllegalArgumentException("a head of weight %d x %d has a mean of %d dimensions"
                        .formatted(weight.rows(), d, first.mean.length));
            }
        });
        if (space.dimension() != d) {
            throw new IllegalArgumentException("a head of weight %d x %d is for a space of %d dimensions"
                    .formatted(weight.rows(), d, space.dimension()));
        }
        if ((long) weight.rows() * d > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException(
                    "a head of weight %d x %d does not fit one array".formatted(weight.rows(), d));
        }
        this.weight = weight;
        this.bias = bias.clone();
        this.standardisation = standardisation;
        this.classNames = List.copyOf(classNames);
        this.space = space;
        this.seen = seen;
        double[] weights = weight.toTensor().toDoubles();
        for (int i = 0; i < weights.length; i++) {
            if (!Double.isFinite(weights[i])) {
                throw new IllegalArgumentException("weight of class %d at dimension %d is %s; expected finite numbers"
                        .formatted(i / d, i % d, weights[i]));
            }
        }
        this.panels = DoublePanels.ofRows(
                weights, 0, d, weight.rows(), d, Simd.kernels().doubleColumns());
        for (int c = 0; c < bias.length; c++) {
            if (!Float.isFinite(bias[c])) {
                throw new IllegalArgumentException(
                        "bias of class %d is %s; expected a finite number".formatted(c, bias[c]));
            }
        }
    }

    /**
     * {@return a head of which only the numbers are known, in the unknown space of dimension d}
     *
     * @param weight {@code [C x d]}
     * @param bias {@code [C]}
     */
    public static LinearHead of(FeatureMatrix weight, float[] bias) {
        return new LinearHead(
                weight,
                bias,
                Optional.empty(),
                List.of(),
                FeatureSpace.unknown(weight.dimension()),
                SeenSamples.UNKNOWN);
    }

    /** {@return the number of classes C, at least 1} */
    public int classes() {
        return bias.length;
    }

    /** {@return d, the length of a row it takes} */
    public int dimension() {
        return weight.dimension();
    }

    /** {@return the weights {@code [C x d]}} */
    public FeatureMatrix weight() {
        return weight;
    }

    /** {@return a copy of the biases {@code [C]}} */
    public float[] bias() {
        return bias.clone();
    }

    /** {@return the mean and scale that are applied to a row first; empty if none} */
    public Optional<Standardisation> standardisation() {
        return standardisation;
    }

    /** {@return C class names in label order; empty if unknown} */
    public List<String> classNames() {
        return classNames;
    }

    /** {@return the space of the features it takes} */
    public FeatureSpace space() {
        return space;
    }

    /** {@return the samples it was trained on, as far as they are known} */
    public SeenSamples seen() {
        return seen;
    }

    /**
     * {@return the same head with another record of what it was trained on}
     *
     * @param replacement the samples; {@link SeenSamples#UNKNOWN} where the user vouches for calibrating on them
     */
    public LinearHead withSeen(SeenSamples replacement) {
        return new LinearHead(weight, bias, standardisation, classNames, space, replacement);
    }

    /** {@return the same head without class names: used where the user vouches for it that numbers are those of the samples} */
    public LinearHead forgetClassNames() {
        return new LinearHead(weight, bias, standardisation, List.of(), space, seen);
    }

    /** {@return the same head in the unknown space of dimension d: used where the user vouches for it} */
    public LinearHead forgetOrigin() {
        return new LinearHead(weight, bias, standardisation, classNames, space.forgetOrigin(), seen);
    }

    /**
     * {@return the head's own inputs {@code f} of some rows, {@code [count x d]}}
     *
     * @param rows {@code [count x d]} features as they came
     * @param count number of rows
     */
    public double[] inputs(float[] rows, int count) {
        int d = dimension();
        double[] inputs = new double[Math.multiplyExact(count, d)];
        for (int t = 0; t < inputs.length; t++) {
            inputs[t] = rows[t];
        }
        standardisation.ifPresent(first -> {
            for (int at = 0; at < inputs.length; at += d) {
                for (int t = 0; t < d; t++) {
                    inputs[at + t] = (inputs[at + t] - first.mean[t]) / first.scale[t];
                }
            }
        });
        return inputs;
    }

    /**
     * {@return the logits {@code [count x C]} of inputs}
     *
     * @param inputs {@code [count x d]}, what {@link #inputs} returned
     * @param count number of rows
     */
    public double[] logits(double[] inputs, int count) {
        double[] logits = new double[Math.multiplyExact(count, classes())];
        panels.times(Simd.kernels(), inputs, 0, dimension(), count, logits, 0, classes());
        for (int at = 0; at < logits.length; at += bias.length) {
            for (int c = 0; c < bias.length; c++) {
                logits[at + c] += bias[c];
            }
        }
        return logits;
    }

    /**
     * {@return where the logits of features live: the space {@code logits} of dimension C of the same extractor}
     *
     * @param features the features' space
     */
    public FeatureSpace logits(FeatureSpace features) {
        return features.otherLayer(Optional.of(Layer.LOGITS.id()), classes());
    }

    /**
     * Logits of samples, rounded to float32 as a file of logits holds them.
     *
     * @param samples features of the head's space
     * @return the same samples in the space {@code logits} of dimension C, with labels and ids
     * @throws IllegalArgumentException if the dimension differs
     */
    public FeatureSet logits(FeatureSet samples) {
        int d = dimension();
        if (samples.features().dimension() != d) {
            throw new IllegalArgumentException("samples '%s' have dimension %d, the head takes %d"
                    .formatted(samples.dataset(), samples.features().dimension(), d));
        }
        int n = samples.size();
        if ((long) n * classes() > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException(
                    "the logits of %d samples '%s' and %d classes do not fit one array; take fewer samples at a time"
                            .formatted(n, samples.dataset(), classes()));
        }
        float[] logits = new float[n * classes()];
        int step = Math.max(1, BLOCK_VALUES / Math.max(d, classes()));
        Parallel.blocks(n, step, true, (from, to) -> {
            int count = to - from;
            float[] rows = new float[count * d];
            samples.features().copyRows(from, to, rows, 0);
            double[] block = logits(inputs(rows, count), count);
            for (int i = 0; i < block.length; i++) {
                logits[from * classes() + i] = (float) block[i];
            }
        });
        return new FeatureSet(
                FeatureMatrix.copyOf(logits, n, classes()),
                samples.ids(),
                samples.labels(),
                logits(samples.space()),
                samples.dataset());
    }

    @Override
    public String toString() {
        return "LinearHead[" + classes() + " x " + dimension() + "]";
    }
}
