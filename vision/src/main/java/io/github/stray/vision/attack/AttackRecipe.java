// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.attack;

import java.util.SplittableRandom;

/**
 * How images are pushed towards their targets. Immutable.
 *
 * @param method how a step is taken
 * @param steps number of steps, at least 1
 * @param learningRate of {@link Method#ADAM}; the size of a step of {@link Method#PGD}, in units of the whole range of a
 *     pixel
 * @param lambda weight of roughness, at least 0; 0 gives patchy perturbations, {@value #SMOOTH} smooth ones
 * @param epsilon most that {@link Method#PGD} may change a value, in units of the whole range of a pixel, 0 to 1; of no
 *     effect for {@link Method#ADAM}
 * @param seed of the starts and targets
 */
public record AttackRecipe(Method method, int steps, double learningRate, double lambda, double epsilon, long seed) {

    private static final double START = 1e-3;

    /** Weight of roughness that the paper calls smooth. */
    public static final double SMOOTH = 5000;

    /** The paper's smooth attack (arXiv 2303.05828): 250 steps of Adam at 1e-3, no bound on the perturbation. */
    public static final AttackRecipe PAPER = new AttackRecipe(Method.ADAM, 250, 1e-3, SMOOTH, 1, 42);

    /** How a step is taken. */
    public enum Method {
        /** Adam (Kingma and Ba, 2015; beta 0.9 and 0.999, 1e-8), without a bound, from N(0, 1) * 1e-3. */
        ADAM,
        /** Projected gradient descent (Madry et al., 2018): steps along the sign, in the ball of epsilon, from inside it. */
        PGD
    }

    /** Checks the ranges. */
    public AttackRecipe {
        if (steps < 1) {
            throw new IllegalArgumentException("steps must be at least 1, was " + steps);
        }
        if (!(learningRate > 0 && Double.isFinite(learningRate))) {
            throw new IllegalArgumentException("learning rate must be positive and finite, was " + learningRate);
        }
        if (!(lambda >= 0 && Double.isFinite(lambda))) {
            throw new IllegalArgumentException("lambda must be at least 0 and finite, was " + lambda);
        }
        if (!(epsilon > 0 && epsilon <= 1)) {
            throw new IllegalArgumentException("epsilon must lie above 0 and be at most 1, was " + epsilon);
        }
    }

    /**
     * The targets of images, drawn with replacement; those of fewer images are the first of those of more.
     *
     * @param images how many
     * @param gallery ID training images to draw from, at least 1
     * @return for each image a row of the gallery
     */
    public int[] targets(int images, int gallery) {
        return new SplittableRandom(seed).ints(images, 0, gallery).toArray();
    }

    /**
     * The start of an image's perturbation, which depends on the seed and the image's number alone.
     *
     * @param number of the image
     * @param length of the perturbation, 3 * height * width
     * @return {@code [3, height, width]}, N(0, 1) * 1e-3, or for {@link Method#PGD} uniform in the ball
     */
    public float[] start(long number, int length) {
        // One generator of SplittableRandom(seed) walks by a fixed distance, so seeds must not be that far apart.
        var random = new SplittableRandom(new SplittableRandom(seed).nextLong() + number);
        float[] start = new float[length];
        for (int i = 0; i < length; i++) {
            start[i] = (float)
                    switch (method) {
                        case ADAM -> START * random.nextGaussian();
                        case PGD -> random.nextDouble(-epsilon, epsilon);
                    };
        }
        return start;
    }
}
