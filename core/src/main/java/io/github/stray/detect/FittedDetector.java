// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.score.Scores;
import io.github.stray.tensor.Tensor;
import java.util.List;
import java.util.Map;

/** A method fitted to ID features. Immutable and safe for concurrent use. */
public interface FittedDetector {
    /**
     * The method and its options.
     *
     * @return what was fitted
     */
    Detector detector();

    /**
     * Where the training features lived.
     *
     * @return the space
     */
    FeatureSpace space();

    /**
     * The layers of a sample that it reads.
     *
     * @return layer names, the first being the one {@link #space()} is of
     */
    default List<String> layers() {
        return detector().needs().layers();
    }

    /**
     * Scores samples.
     *
     * @param samples finite features of the same space, with the further layers of {@link #layers()}
     * @return one score a sample; higher = more in-distribution
     * @throws IllegalArgumentException if the samples come from another space or hold NaN or infinity
     */
    Scores score(FeatureSet samples);

    /**
     * What a user should know about the fit, such as dropped directions of a singular covariance.
     *
     * @return sentences, often none
     */
    List<String> notes();

    /**
     * Everything that was learnt, for {@link Detector#restore}.
     *
     * @return tensors by name
     */
    Map<String, Tensor> state();
}
