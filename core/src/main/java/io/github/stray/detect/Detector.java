// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.tensor.Tensor;
import java.util.Map;

/** A method and its options: an immutable record, equal by value. */
public interface Detector {
    /**
     * Id of the method, as in {@code fit -d}.
     *
     * @return for example {@code knn}
     */
    String id();

    /**
     * All options with their values, enough to make this detector again with {@link Detectors#of}.
     *
     * @return option name to value, in the order of the documentation
     */
    Map<String, String> options();

    /**
     * What this method must be given and which layers it reads.
     *
     * @return the needs, the same for equal detectors
     */
    Needs needs();

    /**
     * Fits this method.
     *
     * @param training what {@link #needs()} asks for; samples finite, at least one row
     * @return the fitted detector
     * @throws IllegalArgumentException if something is missing or does not suit the options; the message says what and
     *     how to get it
     */
    FittedDetector fit(Training training);

    /**
     * Fits this method to samples alone.
     *
     * @param samples features of ID samples, finite, at least one row
     * @return the fitted detector
     * @throws IllegalArgumentException if the samples do not suit the options, or the method needs more than samples
     */
    default FittedDetector fit(FeatureSet samples) {
        return fit(Training.of(samples));
    }

    /**
     * Makes a fitted detector again from what {@link FittedDetector#state()} gave.
     *
     * @param space the space it was fitted in
     * @param state tensors by name
     * @return a detector that scores as the stored one did
     * @throws IllegalArgumentException if a tensor is missing or has the wrong shape
     */
    FittedDetector restore(FeatureSpace space, Map<String, Tensor> state);
}
