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
     * {@return training on samples alone}
     *
     * @param samples ID samples
     */
    public static Training of(FeatureSet samples) {
        return NOTHING.with(samples);
    }

    /**
     * {@return the rest with these samples}
     *
     * @param replacement ID samples
     */
    public Training with(FeatureSet replacement) {
        return new Training(Optional.of(replacement), head, classes, negatives);
    }

    /**
     * {@return the rest with this head}
     *
     * @param replacement a linear classifier on the features
     */
    public Training with(LinearHead replacement) {
        return new Training(samples, Optional.of(replacement), classes, negatives);
    }

    /**
     * {@return the rest with these class embeddings}
     *
     * @param replacement embeddings of the ID class names, or of captions
     */
    public Training with(ClassEmbeddings replacement) {
        return new Training(samples, head, Optional.of(replacement), negatives);
    }

    /**
     * {@return the rest with these negative words}
     *
     * @param replacement embeddings of words that name no ID class
     */
    public Training with(NegativeWords replacement) {
        return new Training(samples, head, classes, Optional.of(replacement));
    }

    /**
     * {@return the same with nothing known of the spaces of head, class embeddings and negative words, for use where the user
     * vouches for them; samples keep their space}
     */
    public Training forgetOrigin() {
        return new Training(
                samples,
                head.map(LinearHead::forgetOrigin),
                classes.map(ClassEmbeddings::forgetOrigin),
                negatives.map(NegativeWords::forgetOrigin));
    }
}
