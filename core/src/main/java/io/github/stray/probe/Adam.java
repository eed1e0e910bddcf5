// SPDX-License-Identifier: Apache-2.0
package io.github.stray.probe;

import io.github.stray.internal.linalg.FloatProduct;
import io.github.stray.internal.linalg.FloatProduct.Matrix;
import io.github.stray.internal.linalg.Parallel;
import io.github.stray.internal.linalg.Simd;
import java.util.Arrays;

/**
 * Adam on the mean cross-entropy of a linear head, as {@link LinearProbe} describes it. Parameters, their moments and the
 * gradient of a part of at most {@value #PART_ROWS} rows are float32; the softmax, the loss and sums over parts double.
 *
 * <p>A step is two products and, around them, slices of {@value #SLICE_ROWS} rows and of {@value #SLICE_CLASSES} classes.
 * What a slice computes depends on the slice alone, and an element of a product on its own two rows, so the result is the
 * same on any number of threads. Not safe for concurrent use.
 */
final class Adam {
    private static final double DECAY_1 = 0.9;
    private static final double DECAY_2 = 0.999;
    private static final float KEEP_1 = (float) DECAY_1;
    private static final float KEEP_2 = (float) DECAY_2;
    private static final float ADD_1 = (float) (1 - DECAY_1);
    private static final float ADD_2 = (float) (1 - DECAY_2);
    private static final float EPSILON = 1e-8f;
    private static final int PART_ROWS = 1024;
    private static final int SLICE_ROWS = 32;
    private static final int SLICE_CLASSES = 8;

    /** Multiply-adds below which handing out slices costs more than it saves. */
    private static final int SMALL = 1 << 18;

    private final LinearProbe recipe;
    private final StandardisedRows rows;
    private final int[] labels;
    private final int d;
    private final int classes;
    private final LearningRate rate;
    private final FloatProduct product = new FloatProduct(Simd.kernels());
    private final boolean parallel;
    private final float[] weight;
    private final float[] bias;
    private final float[] weightMean;
    private final float[] weightSquare;
    private final float[] biasMean;
    private final float[] biasSquare;
    private final float[] inputs;
    private final float[] outputs;
    private final double[] losses;
    private final float[] gradient;
    private final double[] weightSums;
    private final float[] biasGradient;
    private final double[] biasSums;
    private long step;

    /**
     * Prepares the first step.
     *
     * @param weight start of W, {@code [C x d]}; taken over
     * @param bias start of b, {@code [C]}; taken over
     */
    Adam(LinearProbe recipe, StandardisedRows rows, int[] labels, float[] weight, float[] bias) {
        this.recipe = recipe;
        this.rows = rows;
        this.labels = labels;
        this.d = rows.dimension();
        this.classes = bias.length;
        this.rate = new LearningRate(
                recipe.learningRate(), (long) recipe.epochs() * Math.ceilDiv(rows.count(), recipe.batch()));
        this.weight = weight;
        this.bias = bias;
        this.weightMean = new float[weight.length];
        this.weightSquare = new float[weight.length];
        this.biasMean = new float[classes];
        this.biasSquare = new float[classes];
        int batch = Math.min(recipe.batch(), rows.count());
        int part = Math.min(PART_ROWS, batch);
        this.parallel = (long) part * d * classes >= SMALL;
        this.inputs = new float[part * d];
        this.outputs = new float[part * classes];
        this.losses = new double[part];
        this.gradient = new float[weight.length];
        this.weightSums = new double[batch > PART_ROWS ? weight.length : 0];
        this.biasGradient = new float[classes];
        this.biasSums = new double[classes];
    }

    float[] weight() {
        return weight.clone();
    }

    float[] bias() {
        return bias.clone();
    }

    long steps() {
        return step;
    }

    /** One pass over all rows in an order: the mean of each row's loss before the step it took part in. */
    double epoch(int[] order) {
        double sum = 0;
        for (int from = 0; from < order.length; from += recipe.batch()) {
            sum += step(order, from, Math.min(order.length, from + recipe.batch()));
        }
        return sum / order.length;
    }

    /** One step on the rows {@code from} to {@code to} of an order: the sum of their losses before it. */
    double step(int[] order, int from, int to) {
        Moments moments = moments();
        double loss = 0;
        for (int start = from; start < to; start += PART_ROWS) {
            int end = Math.min(to, start + PART_ROWS);
            int first = start;
            int count = end - start;
            Matrix part = new Matrix(inputs, count, d);
            Matrix residuals = new Matrix(outputs, count, classes);
            Parallel.blocks(count, SLICE_ROWS, parallel, (low, high) -> gather(order, first, low, high));
            product.timesTransposed(part, new Matrix(weight, classes, d), residuals);
            Parallel.blocks(count, SLICE_ROWS, parallel, (low, high) -> residuals(order, first, low, high, to - from));
            for (int i = 0; i < count; i++) {
                loss += losses[i];
            }
            product.transposedTimes(residuals, part, new Matrix(gradient, classes, d));
            Parallel.blocks(classes, SLICE_CLASSES, parallel, (low, high) -> {
                addParts(low, high, count, first == from, end == to);
                if (end == to) {
                    moments.move(weight, weightMean, weightSquare, gradient, low * d, high * d);
                    moments.move(bias, biasMean, biasSquare, biasGradient, low, high);
                }
            });
        }
        step++;
        return loss;
    }

    private void gather(int[] order, int first, int from, int to) {
        for (int i = from; i < to; i++) {
            rows.copyRow(order[first + i], inputs, i * d);
        }
    }

    /** Turns products into softmax minus the label's indicator, over the batch's size, for some rows of a part. */
    private void residuals(int[] order, int first, int from, int to, int batch) {
        for (int i = from; i < to; i++) {
            losses[i] = residual(i * classes, labels[order[first + i]], batch);
        }
    }

    private double residual(int at, int label, int batch) {
        float largest = Float.NEGATIVE_INFINITY;
        for (int c = 0; c < classes; c++) {
            outputs[at + c] += bias[c];
            largest = Math.max(largest, outputs[at + c]);
        }
        float own = outputs[at + label];
        double sum = 0;
        for (int c = 0; c < classes; c++) {
            double power = Math.exp((double) outputs[at + c] - largest);
            outputs[at + c] = (float) power;
            sum += power;
        }
        float scale = (float) (1 / (sum * batch));
        for (int c = 0; c < classes; c++) {
            outputs[at + c] *= scale;
        }
        // In double, because the softmax of a row that is well told apart is within float32 rounding of 1.
        double gap = (double) own - largest;
        outputs[at + label] = (float) ((Math.exp(gap) / sum - 1) / batch);
        return Math.log(sum) - gap;
    }

    /** Adds a part's gradient of some classes to that of the parts before it, and sums that of their biases. */
    private void addParts(int low, int high, int count, boolean firstPart, boolean lastPart) {
        if (firstPart) {
            Arrays.fill(biasSums, low, high, 0);
        }
        for (int i = 0; i < count; i++) {
            for (int c = low; c < high; c++) {
                biasSums[c] += outputs[i * classes + c];
            }
        }
        for (int c = low; c < high; c++) {
            biasGradient[c] = (float) biasSums[c];
        }
        if (firstPart && lastPart) {
            return;
        }
        for (int i = low * d; i < high * d; i++) {
            weightSums[i] = gradient[i] + (firstPart ? 0 : weightSums[i]);
            gradient[i] = (float) weightSums[i];
        }
    }

    private Moments moments() {
        double correction1 = 1 - Math.pow(DECAY_1, step + 1.0);
        double correction2 = 1 - Math.pow(DECAY_2, step + 1.0);
        return new Moments(
                (float) (rate.at(step) / correction1), (float) Math.sqrt(correction2), (float) recipe.weightDecay());
    }

    /**
     * What all parameters have in common in one step.
     *
     * @param pace learning rate over the bias correction of the mean
     * @param root square root of the bias correction of the square
     * @param decay weight decay
     */
    private record Moments(float pace, float root, float decay) {
        void move(float[] parameter, float[] mean, float[] square, float[] gradient, int from, int to) {
            for (int i = from; i < to; i++) {
                float g = gradient[i] + decay * parameter[i];
                float m = KEEP_1 * mean[i] + ADD_1 * g;
                float v = KEEP_2 * square[i] + ADD_2 * g * g;
                mean[i] = m;
                square[i] = v;
                parameter[i] -= pace * m / ((float) Math.sqrt(v) / root + EPSILON);
            }
        }
    }
}
