// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.feature.Layer;
import io.github.stray.score.Scores;
import io.github.stray.tensor.Tensor;
import java.util.List;
import java.util.Map;

/** A method fitted to ID features. Immutable and safe for concurrent use. */
public interface FittedDetector {
    /** {@return the method and its options} */
    Detector detector();

    /** {@return where the training features lived} */
    FeatureSpace space();

    /** {@return the layers of a sample that it reads, the first being the one that {@link #space()} is of} */
    default List<Layer> layers() {
        return detector().needs().layers();
    }

    /**
     * {@return one score a sample; higher = more in-distribution}
     *
     * @param samples finite features of the same space, with the further layers of {@link #layers()}
     * @throws IllegalArgumentException if the samples come from another space or hold NaN or infinity
     */
    Scores score(FeatureSet samples);

    /** {@return what a user should know about the fit, such as dropped directions of a singular covariance; often nothing} */
    List<String> notes();

    /**
     * {@return everything that was learnt, by name, for {@link Detector#restore}. A head is kept as {@code head.weight}
     * {@code [C x d]}, {@code head.bias} {@code [C]} and, where it has them, {@code head.mean} and {@code head.scale}
     * {@code [d]}}
     */
    Map<String, Tensor> state();
}
