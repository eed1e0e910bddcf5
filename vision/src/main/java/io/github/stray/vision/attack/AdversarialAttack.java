// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.attack;

import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.vision.onnx.InputTensor;
import io.github.stray.vision.onnx.InvalidNetworkException;
import io.github.stray.vision.preprocess.ChannelOrder;
import io.github.stray.vision.preprocess.Preprocessing;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Pushes images by the gradient of the deployed network towards the features of other images (arXiv 2303.05828, section 5).
 *
 * <h2>What is minimised</h2>
 *
 * For a batch of images y in [0, 1] at the network's input size, perturbations p and targets t, the mean over the batch of
 * {@code -cos(f(y + p), t) + lambda R(p)}. R is the mean of the squared vertical differences of p plus the mean of the
 * squared horizontal ones, both over all 3 * height * width values, the last row or column counting 0. After the start and
 * after each step p is clamped so that y + p stays in [0, 1].
 *
 * <h2>Batches</h2>
 *
 * The start of an image depends on the seed and its number alone. Adam divides a gradient by its own size, so but for its
 * 1e-8 and float32 rounding an image comes out the same in any batch.
 */
public final class AdversarialAttack {
    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;
    private static final double TINY = 1e-8;

    private final AttackRecipe recipe;
    private final Preprocessing preprocessing;
    private final ImageGradient gradient;

    /**
     * Prepares an attack.
     *
     * @param recipe how
     * @param preprocessing what the network's input is made of; images come resized, so its resize and crop are not used
     * @param gradient the network, differentiated for cosines; stays open
     */
    public AdversarialAttack(AttackRecipe recipe, Preprocessing preprocessing, ImageGradient gradient) {
        this.recipe = recipe;
        this.preprocessing = preprocessing;
        this.gradient = gradient;
    }

    /**
     * The start of an image's perturbation.
     *
     * @param number of the image
     * @return {@code [3, height, width]}
     */
    public float[] start(long number) {
        return recipe.start(number, preprocessing.length());
    }

    /**
     * Attacks a batch.
     *
     * @param images of the network's input size, at most the gradient's batch
     * @param targets features to reach, one an image, of the gradient's target length
     * @param starts perturbations to begin with, such as {@link #start} gives; not changed
     * @param steps told after each step
     * @return one result an image
     * @throws InvalidNetworkException if the network cannot be run
     * @throws IllegalArgumentException if there are more images than the batch takes, or sizes disagree
     */
    public List<Attacked> run(List<Pixels> images, List<float[]> targets, List<float[]> starts, IntConsumer steps)
            throws InvalidNetworkException {
        int count = images.size();
        if (count > gradient.batch() || targets.size() != count || starts.size() != count) {
            throw new IllegalArgumentException("%d images, %d targets and %d starts for batches of %d"
                    .formatted(count, targets.size(), starts.size(), gradient.batch()));
        }
        int length = preprocessing.length();
        FloatBuffer input = InputTensor.buffer(gradient.batch() * length);
        FloatBuffer target = InputTensor.buffer(gradient.batch() * gradient.targetLength());
        for (int i = 0; i < gradient.batch(); i++) {
            // What fills up a batch may be any image and any target but zero.
            target.put(i * gradient.targetLength(), targets.get(Math.min(i, count - 1)));
        }
        List<Moving> moving = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            moving.add(new Moving(images.get(i), starts.get(i)));
        }
        for (int step = 1; step <= recipe.steps(); step++) {
            write(moving, input);
            float[] slopes = gradient.run(input, target).gradient();
            int now = step;
            IntStream.range(0, count).parallel().forEach(i -> moving.get(i).step(slopes, i * length, now, count));
            steps.accept(step);
        }
        write(moving, input);
        float[] cosines = gradient.run(input, target).values();
        return IntStream.range(0, count)
                .mapToObj(i -> moving.get(i).result(cosines[i]))
                .toList();
    }

    private void write(List<Moving> moving, FloatBuffer input) {
        IntStream.range(0, moving.size())
                .parallel()
                .forEach(i -> moving.get(i).write(input, i * preprocessing.length()));
    }

    /** Colour plane of the image that a plane of the network's input shows. */
    private int colour(int channel) {
        return preprocessing.channels() == ChannelOrder.RGB ? channel : 2 - channel;
    }

    /** Factor from a pixel's range of 1 to the network's input. */
    private double factor(int channel) {
        return 255 * preprocessing.scale() / preprocessing.std().get(channel);
    }

    /**
     * Normalises an image as the network takes it.
     *
     * @param image {@code [3, height, width]}, from 0 to 1
     * @param input where it goes
     * @param offset its first number in there
     */
    public void prepare(float[] image, FloatBuffer input, int offset) {
        int plane = image.length / 3;
        float[] row = new float[plane];
        for (int channel = 0; channel < 3; channel++) {
            int from = colour(channel) * plane;
            double factor = factor(channel);
            double shift =
                    preprocessing.mean().get(channel) / preprocessing.std().get(channel);
            for (int i = 0; i < plane; i++) {
                row[i] = (float) (image[from + i] * factor - shift);
            }
            input.put(offset + channel * plane, row);
        }
    }

    /** An image on its way. */
    private final class Moving {
        private final float[] image;
        private final float[] perturbation;
        private final float[] first;
        private final float[] second;
        private final int width = preprocessing.width();
        private final int plane = preprocessing.width() * preprocessing.height();

        Moving(Pixels pixels, float[] start) {
            if (pixels.width() != width || pixels.width() * pixels.height() != plane || start.length != 3 * plane) {
                throw new IllegalArgumentException("an image of %d x %d and a start of %d values, expected %d x %d"
                        .formatted(
                                pixels.width(),
                                pixels.height(),
                                start.length,
                                preprocessing.width(),
                                preprocessing.height()));
            }
            this.image = new float[3 * plane];
            byte[] rgb = pixels.rgb();
            for (int i = 0; i < rgb.length; i++) {
                image[i % 3 * plane + i / 3] = (rgb[i] & 0xff) / 255f;
            }
            this.perturbation = start.clone();
            boolean adam = recipe.method() == AttackRecipe.Method.ADAM;
            this.first = new float[adam ? image.length : 0];
            this.second = new float[adam ? image.length : 0];
            clamp();
        }

        private void clamp() {
            for (int i = 0; i < image.length; i++) {
                float bound = (float) recipe.epsilon();
                float p = recipe.method() == AttackRecipe.Method.PGD
                        ? Math.clamp(perturbation[i], -bound, bound)
                        : perturbation[i];
                perturbation[i] = Math.clamp(image[i] + p, 0f, 1f) - image[i];
            }
        }

        void write(FloatBuffer input, int offset) {
            float[] moved = new float[image.length];
            for (int i = 0; i < moved.length; i++) {
                moved[i] = image[i] + perturbation[i];
            }
            prepare(moved, input, offset);
        }

        void step(float[] slopes, int offset, int step, int count) {
            double[] loss = new double[image.length];
            for (int channel = 0; channel < 3; channel++) {
                int to = colour(channel) * plane;
                double factor = -factor(channel) / count;
                for (int i = 0; i < plane; i++) {
                    loss[to + i] = factor * slopes[offset + channel * plane + i];
                }
            }
            if (recipe.lambda() > 0) {
                addRoughness(loss, count);
            }
            if (recipe.method() == AttackRecipe.Method.PGD) {
                for (int i = 0; i < loss.length; i++) {
                    perturbation[i] -= (float) (recipe.learningRate() * Math.signum(loss[i]));
                }
            } else {
                adam(loss, step);
            }
            clamp();
        }

        private void addRoughness(double[] loss, int count) {
            double weight = 2 * recipe.lambda() / ((double) image.length * count);
            for (int i = 0; i < image.length; i++) {
                int at = i % plane;
                if (at + width < plane) {
                    double difference = weight * ((double) perturbation[i + width] - perturbation[i]);
                    loss[i + width] += difference;
                    loss[i] -= difference;
                }
                if (at % width + 1 < width) {
                    double difference = weight * ((double) perturbation[i + 1] - perturbation[i]);
                    loss[i + 1] += difference;
                    loss[i] -= difference;
                }
            }
        }

        private void adam(double[] loss, int step) {
            double correction1 = 1 - Math.pow(BETA1, step);
            double correction2 = Math.sqrt(1 - Math.pow(BETA2, step));
            double size = recipe.learningRate() / correction1;
            for (int i = 0; i < loss.length; i++) {
                double m = BETA1 * first[i] + (1 - BETA1) * loss[i];
                double v = BETA2 * second[i] + (1 - BETA2) * loss[i] * loss[i];
                first[i] = (float) m;
                second[i] = (float) v;
                perturbation[i] -= (float) (size * m / (Math.sqrt(v) / correction2 + TINY));
            }
        }

        Attacked result(double cosine) {
            float[] moved = new float[image.length];
            double sum = 0;
            double max = 0;
            double squares = 0;
            for (int i = 0; i < image.length; i++) {
                moved[i] = Math.clamp(image[i] + perturbation[i], 0f, 1f);
                double p = Math.abs(perturbation[i]);
                sum += p;
                max = Math.max(max, p);
                squares += p * p;
            }
            return new Attacked(moved, cosine, sum / image.length, max, Math.sqrt(squares));
        }
    }
}
