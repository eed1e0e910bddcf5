// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.tensor.Tensor;
import java.util.Map;

/** A method and its options: an immutable record, equal by value. */
public interface Detector {
    /** {@return the id of the method, as in {@code fit -d}, for example {@code knn}} */
    String id();

    /**
     * {@return all options by name, in the order of the documentation: enough to make this detector again with
     * {@link Detectors#of}}
     */
    Map<String, String> options();

    /** {@return what this method must be given and which layers it reads, the same for equal detectors} */
    Needs needs();

    /**
     * {@return this method, fitted}
     *
     * @param training what {@link #needs()} asks for; samples finite, at least one row
     * @throws IllegalArgumentException if something is missing or does not suit the options; the message says what and
     *     how to get it
     */
    FittedDetector fit(Training training);

    /**
     * {@return this method, fitted to samples alone}
     *
     * @param samples features of ID samples, finite, at least one row
     * @throws IllegalArgumentException if the samples do not suit the options, or the method needs more than samples
     */
    default FittedDetector fit(FeatureSet samples) {
        return fit(Training.of(samples));
    }

    /**
     * {@return a detector that scores as the one did whose {@link FittedDetector#state()} is given}
     *
     * @param space the space it was fitted in
     * @param state tensors by name
     * @throws IllegalArgumentException if a tensor is missing or has the wrong shape
     */
    FittedDetector restore(FeatureSpace space, Map<String, Tensor> state);
}
