// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import io.github.stray.feature.FeatureSet;
import io.github.stray.language.ClassEmbeddings;
import io.github.stray.language.NegativeWords;
import io.github.stray.probe.LinearHead;
import java.util.Optional;

/**
 * What a detector is fitted to. {@link Detector#needs()} says which parts a method uses; it does not look at the others.
 * Immutable.
 *
 * @param samples ID samples: the layer that {@link Needs} names first, with the further ones; absent for methods that fit
 *     nothing
 * @param head a linear classifier on the features
 * @param classes embeddings of the ID class names, or of captions
 * @param negatives embeddings of words that name no ID class
 */
public record Training(
        Optional<FeatureSet> samples,
        Optional<LinearHead> head,
        Optional<ClassEmbeddings> classes,
        Optional<NegativeWords> negatives) {
    /** Nothing yet; to be added to. */
    public static final Training NOTHING =
            new Training(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    /**
     * Samples alone.
     *
     * @param samples ID samples
     * @return training on them
     */
    public static Training of(FeatureSet samples) {
        return NOTHING.with(samples);
    }

    /**
     * With these samples.
     *
     * @param replacement ID samples
     * @return the rest as it was
     */
    public Training with(FeatureSet replacement) {
        return new Training(Optional.of(replacement), head, classes, negatives);
    }

    /**
     * With this head.
     *
     * @param replacement a linear classifier on the features
     * @return the rest as it was
     */
    public Training with(LinearHead replacement) {
        return new Training(samples, Optional.of(replacement), classes, negatives);
    }

    /**
     * With these class embeddings.
     *
     * @param replacement embeddings of the ID class names, or of captions
     * @return the rest as it was
     */
    public Training with(ClassEmbeddings replacement) {
        return new Training(samples, head, Optional.of(replacement), negatives);
    }

    /**
     * With these negative words.
     *
     * @param replacement embeddings of words that name no ID class
     * @return the rest as it was
     */
    public Training with(NegativeWords replacement) {
        return new Training(samples, head, classes, Optional.of(replacement));
    }

    /**
     * With nothing known of the spaces of head, class embeddings and negative words: used where the user vouches for them.
     *
     * @return the same numbers; samples keep their space
     */
    public Training forgetOrigin() {
        return new Training(
                samples,
                head.map(LinearHead::forgetOrigin),
                classes.map(ClassEmbeddings::forgetOrigin),
                negatives.map(NegativeWords::forgetOrigin));
    }
}
