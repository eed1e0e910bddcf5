// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.attack;

import io.github.stray.graph.gradient.InputGradient;
import io.github.stray.vision.onnx.InferenceOptions;
import io.github.stray.vision.onnx.InputTensor;
import io.github.stray.vision.onnx.NetworkSource;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Compares a gradient with central differences along random directions. */
final class FiniteDifferences {
    /**
     * How much the sum of the values is to change: of several, the one that fits best counts, because a wide step meets
     * kinks, and in a narrow one float32 drowns the difference.
     */
    private static final double[] CHANGES = {1e-2, 1e-3, 1e-4, 3e-5, 1e-5};

    /** The mean over several steps of nearly that width counts: float32's rounding differs from one to the next. */
    private static final double[] NEARLY = {0.8, 0.9, 1, 1.1, 1.2};

    private FiniteDifferences() {}

    /** The median over directions of the relative error of the directional derivative, in the middle of three images. */
    static double medianError(
            byte[] network, String tensor, InputGradient.Objective objective, int side, double low, double high)
            throws IOException {
        int batch = 3;
        NetworkSource source = NetworkSource.of(network, "small");
        String input = source.graph().proto().getInput(0).getName();
        try (ImageGradient gradient =
                ImageGradient.open(source, input, tensor, objective, batch, side, side, InferenceOptions.ONE_THREAD)) {
            return medianError(gradient, batch, side, low, high);
        }
    }

    static double medianError(ImageGradient gradient, int batch, int side, double low, double high) throws IOException {
        var random = new SplittableRandom(11);
        int length = 3 * side * side;
        FloatBuffer images = filled(batch * length, random, low, high);
        FloatBuffer targets = filled(batch * gradient.targetLength(), random, -1, 1);
        ImageGradient.Result result = gradient.run(images, targets);
        float[] analytic = result.gradient();
        double size = 0;
        for (float value : result.values()) {
            size += Math.abs(value);
        }
        double[] errors = new double[5];
        for (int i = 0; i < errors.length; i++) {
            errors[i] = error(gradient, images, targets, analytic, size, length, random);
        }
        Arrays.sort(errors);
        return errors[errors.length / 2];
    }

    private static double error(
            ImageGradient gradient,
            FloatBuffer images,
            FloatBuffer targets,
            float[] analytic,
            double size,
            int length,
            SplittableRandom random)
            throws IOException {
        double[] direction = new double[length];
        double along = 0;
        for (int i = 0; i < length; i++) {
            direction[i] = random.nextDouble(-1, 1);
            along += direction[i] * analytic[length + i];
        }
        float[] before = new float[length];
        images.get(length, before);
        double typical = typical(analytic, direction, length);
        double best = Double.POSITIVE_INFINITY;
        for (double change : CHANGES) {
            double slope = 0;
            for (double nearly : NEARLY) {
                double step = nearly * (typical == 0 ? change : change * Math.max(1, size) / typical);
                double upper = moved(gradient, images, targets, direction, step);
                double lower = moved(gradient, images, targets, direction, -step);
                slope += (upper - lower) / (2 * step) / NEARLY.length;
            }
            double error = Math.abs(slope - along);
            best = Math.min(best, error / Math.max(Math.abs(along), typical == 0 ? 1 : typical));
        }
        return best;
    }

    /** The sum of the values when the middle image is moved along a direction. */
    private static double moved(
            ImageGradient gradient, FloatBuffer images, FloatBuffer targets, double[] direction, double step)
            throws IOException {
        float[] before = new float[direction.length];
        images.get(direction.length, before);
        for (int i = 0; i < direction.length; i++) {
            images.put(direction.length + i, (float) (before[i] + step * direction[i]));
        }
        double sum = 0;
        for (float value : gradient.run(images, targets).values()) {
            sum += value;
        }
        images.put(direction.length, before);
        return sum;
    }

    /** What the derivative along a random direction is of the order of: some directions happen to be nearly level. */
    private static double typical(float[] analytic, double[] direction, int length) {
        double gradient = 0;
        double norm = 0;
        for (int i = 0; i < length; i++) {
            gradient += (double) analytic[length + i] * analytic[length + i];
            norm += direction[i] * direction[i];
        }
        return Math.sqrt(gradient * norm / length);
    }

    private static FloatBuffer filled(int size, SplittableRandom random, double low, double high) {
        FloatBuffer buffer = InputTensor.buffer(size);
        for (int i = 0; i < size; i++) {
            buffer.put(i, (float) random.nextDouble(low, high));
        }
        return buffer;
    }
}
