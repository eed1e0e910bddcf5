// SPDX-License-Identifier: Apache-2.0
package io.github.stray.feature;

import java.util.Optional;

/**
 * Where features live: which network, which layer, which preprocessing. Features from two different spaces must not be
 * compared. An absent component is unknown and matches anything.
 *
 * @param extractor id of the extractor, for example {@code stray-mini}
 * @param layer layer of the extractor, for example {@code features}
 * @param dimension length of a row
 * @param normalisation {@code none} or {@code l2}
 * @param weightsSha256 digest of the extractor's image network, lower-case hexadecimal; of text embeddings too
 * @param preprocessing one-line description of the preprocessing, equal only if the preprocessing is
 */
public record FeatureSpace(
        Optional<String> extractor,
        Optional<String> layer,
        int dimension,
        Optional<String> normalisation,
        Optional<String> weightsSha256,
        Optional<String> preprocessing) {

    /** Checks the dimension. */
    public FeatureSpace {
        if (dimension < 1) {
            throw new IllegalArgumentException("dimension must be at least 1, was " + dimension);
        }
    }

    /**
     * {@return a space of which only the dimension is known}
     *
     * @param dimension length of a row
     */
    public static FeatureSpace unknown(int dimension) {
        return new FeatureSpace(
                Optional.empty(), Optional.empty(), dimension, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /**
     * Why two spaces cannot be one.
     *
     * @param other another space
     * @return a phrase such as {@code "extractor stray-mini against resnet20"} naming the first component that differs;
     *     empty if the spaces may be the same
     */
    public Optional<String> conflictWith(FeatureSpace other) {
        if (dimension != other.dimension) {
            return Optional.of("dimension %d against %d".formatted(dimension, other.dimension));
        }
        return differing("extractor", extractor, other.extractor)
                .or(() -> differing("layer", layer, other.layer))
                .or(() -> differing("weights sha256", weightsSha256, other.weightsSha256))
                .or(() -> differing("preprocessing", preprocessing, other.preprocessing))
                .or(() -> differing("normalisation", normalisation, other.normalisation));
    }

    /** {@return the same space with nothing known but its dimension: used where the user vouches for two sets} */
    public FeatureSpace forgetOrigin() {
        return unknown(dimension);
    }

    /**
     * {@return what text and image embeddings of one extractor share: its id, its image network and the dimension} Layer
     * and normalisation are left out; each tower has preprocessing of its own.
     */
    public FeatureSpace besideText() {
        return new FeatureSpace(
                extractor, Optional.empty(), dimension, Optional.empty(), weightsSha256, Optional.empty());
    }

    /**
     * The space of another layer of the same network, of which extractor, weights and preprocessing are known.
     *
     * @param layer its name, where known
     * @param dimension length of its rows
     * @return the space, its normalisation unknown
     */
    public FeatureSpace otherLayer(Optional<String> layer, int dimension) {
        return new FeatureSpace(extractor, layer, dimension, Optional.empty(), weightsSha256, preprocessing);
    }

    private static Optional<String> differing(String name, Optional<String> mine, Optional<String> theirs) {
        return mine.isPresent() && theirs.isPresent() && !mine.equals(theirs)
                ? Optional.of("%s %s against %s".formatted(name, mine.get(), theirs.get()))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return extractor.orElse("unknown extractor") + "/" + layer.orElse("unknown layer") + " (" + dimension
                + " dimensions)";
    }
}
