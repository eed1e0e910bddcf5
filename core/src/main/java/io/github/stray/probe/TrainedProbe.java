// SPDX-License-Identifier: Apache-2.0
package io.github.stray.probe;

import java.util.List;
import java.util.Optional;

/**
 * A head and how its training went. Immutable.
 *
 * @param head the head, with mean and scale, class names, space and the samples it has seen
 * @param recipe what it was trained by
 * @param training how well it tells the rows apart that it was trained on; the loss is without weight decay
 * @param steps Adam: steps taken; L-BFGS: iterations
 * @param gradientNorms L-BFGS: how far it came; empty for Adam
 * @param notes what a user should know, often nothing
 */
public record TrainedProbe(
        LinearHead head,
        LinearProbe recipe,
        HeadQuality training,
        long steps,
        Optional<GradientNorms> gradientNorms,
        List<String> notes) {
    /** Keeps the notes. */
    public TrainedProbe {
        notes = List.copyOf(notes);
    }
}
