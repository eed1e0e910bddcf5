// SPDX-License-Identifier: Apache-2.0
package io.github.stray.accuracy;

import io.github.stray.feature.Labels;

/**
 * Top-1 accuracy: how often a predicted class is the true one.
 *
 * <h2>Definition</h2>
 *
 * The number of samples whose predicted label equals the true label, over n.
 *
 * <h2>Ties</h2>
 *
 * There are none: a prediction is one class. Whoever predicts says what becomes of equal scores.
 *
 * <h2>Degenerate input</h2>
 *
 * No samples, or two sides of different sizes, are an error. So are class names on both sides that disagree: equal numbers
 * would not mean equal classes. A true class that is never predicted is simply missed.
 *
 * <h2>Source</h2>
 *
 * Equals scikit-learn's {@code accuracy_score}.
 */
public final class Accuracy {
    private Accuracy() {}

    /**
     * {@return the top-1 accuracy, a fraction in [0, 1]}
     *
     * @param predicted [n] predicted classes
     * @param actual [n] true classes
     * @throws IllegalArgumentException if there are no samples, sizes differ or class names disagree
     */
    public static double of(Labels predicted, Labels actual) {
        if (predicted.size() != actual.size()) {
            throw new IllegalArgumentException("%d predictions for %d labels; accuracy needs one a sample"
                    .formatted(predicted.size(), actual.size()));
        }
        if (actual.size() == 0) {
            throw new IllegalArgumentException("accuracy needs at least one sample, got none");
        }
        requireSameClasses(predicted, actual);
        int right = 0;
        for (int i = 0; i < actual.size(); i++) {
            if (predicted.get(i) == actual.get(i)) {
                right++;
            }
        }
        return (double) right / actual.size();
    }

    /** Where both sides name their classes, a number must mean the same class on both. */
    static void requireSameClasses(Labels predicted, Labels actual) {
        int named = Math.min(predicted.classNames().size(), actual.classNames().size());
        for (int c = 0; c < named; c++) {
            if (!predicted.nameOf(c).equals(actual.nameOf(c))) {
                throw new IllegalArgumentException(
                        "class %d is '%s' among the known samples and '%s' among those to judge; use one list of class names"
                                .formatted(c, predicted.nameOf(c), actual.nameOf(c)));
            }
        }
    }
}
