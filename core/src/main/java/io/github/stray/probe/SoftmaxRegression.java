// SPDX-License-Identifier: Apache-2.0
package io.github.stray.probe;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.internal.linalg.DoublePanels;
import io.github.stray.internal.linalg.Kernels;
import io.github.stray.internal.linalg.Parallel;
import io.github.stray.internal.linalg.Simd;
import io.github.stray.internal.linalg.TransposedProduct;
import java.util.Arrays;

/**
 * Mean cross-entropy + {@code weightDecay / 2 (|W|^2 + |b|^2)} over all rows and its gradient, in double. A point is W
 * {@code [C x d]}, row-major, then b {@code [C]}.
 *
 * <p>Rows are standardised and multiplied part by part, at most {@value #PART_ROWS} at a time; sums run in the order of the rows, so the result is the same on any number of threads. Not safe for concurrent
 * use.
 */
final class SoftmaxRegression implements Lbfgs.Objective {
    private static final int PART_ROWS = 1024;
    private static final int PART_VALUES = 1 << 24;
    private static final int SLICE_ROWS = 64;

    private final FeatureMatrix features;
    private final int[] labels;
    private final int classes;
    private final int d;
    private final double weightDecay;
    private final float[] mean;
    private final float[] scale;
    private final Kernels kernels = Simd.kernels();
    private final double[] inputs;
    private final double[] residuals;
    private final TransposedProduct product;
    private final double[] losses;
    private final int partRows;

    SoftmaxRegression(FeatureSet samples, LinearHead.Standardisation standardisation, double weightDecay) {
        this.features = samples.features();
        this.labels = samples.labels().orElseThrow().toArray();
        this.classes = samples.labels().orElseThrow().classCount();
        this.d = features.dimension();
        this.weightDecay = weightDecay;
        this.mean = standardisation.mean();
        this.scale = standardisation.scale();
        int longest = Math.max(d, classes);
        this.partRows = Math.min(labels.length, Math.max(1, Math.min(PART_ROWS, PART_VALUES / longest)));
        this.inputs = new double[Math.multiplyExact(partRows, d)];
        this.residuals = new double[Math.multiplyExact(partRows, classes)];
        this.product = new TransposedProduct(kernels, partRows, classes, d);
        this.losses = new double[partRows];
    }

    @Override
    public int size() {
        return classes * d + classes;
    }

    @Override
    public double at(double[] point, double[] gradient) {
        int n = labels.length;
        Arrays.fill(gradient, 0);
        DoublePanels weight = DoublePanels.ofRows(point, 0, d, classes, d, kernels.doubleColumns());
        double loss = 0;
        for (int start = 0; start < n; start += partRows) {
            int first = start;
            int count = Math.min(n - start, partRows);
            Parallel.blocks(count, SLICE_ROWS, true, (from, to) -> residuals(weight, point, first, from, to));
            for (int i = 0; i < count; i++) {
                loss += losses[i];
            }
            addGradient(count, gradient);
        }
        double squares = 0;
        for (int i = 0; i < size(); i++) {
            gradient[i] = gradient[i] / n + weightDecay * point[i];
            squares += point[i] * point[i];
        }
        return loss / n + weightDecay / 2 * squares;
    }

    /** Softmax minus the label's indicator for some rows of a part, and their losses. */
    private void residuals(DoublePanels weight, double[] point, int first, int from, int to) {
        float[] rows = new float[(to - from) * d];
        features.copyRows(first + from, first + to, rows, 0);
        for (int i = 0; i < to - from; i++) {
            for (int t = 0; t < d; t++) {
                inputs[(from + i) * d + t] = ((double) rows[i * d + t] - mean[t]) / scale[t];
            }
        }
        double[] logits = new double[(to - from) * classes];
        weight.times(kernels, inputs, from * d, d, to - from, logits, 0, classes);
        for (int i = 0; i < to - from; i++) {
            int at = i * classes;
            double largest = Double.NEGATIVE_INFINITY;
            for (int c = 0; c < classes; c++) {
                logits[at + c] += point[classes * d + c];
                largest = Math.max(largest, logits[at + c]);
            }
            int label = labels[first + from + i];
            double gap = logits[at + label] - largest;
            double sum = 0;
            for (int c = 0; c < classes; c++) {
                double power = Math.exp(logits[at + c] - largest);
                logits[at + c] = power;
                sum += power;
            }
            for (int c = 0; c < classes; c++) {
                residuals[(from + i) * classes + c] = logits[at + c] / sum - (c == label ? 1 : 0);
            }
            losses[from + i] = Math.log(sum) - gap;
        }
    }

    private void addGradient(int count, double[] gradient) {
        product.add(residuals, inputs, count, gradient);
        for (int i = 0; i < count; i++) {
            for (int c = 0; c < classes; c++) {
                gradient[classes * d + c] += residuals[i * classes + c];
            }
        }
    }
}
