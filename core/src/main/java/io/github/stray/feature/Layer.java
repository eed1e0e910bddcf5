// SPDX-License-Identifier: Apache-2.0
package io.github.stray.feature;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A layer of a network that features are read from. Files, cards, options and messages write its {@link #id}. */
public enum Layer {
    /** What the network knows of an image: {@code [n, d]}. */
    FEATURES(2),
    /** The image where text lies too, or the features again: {@code [n, e]}. */
    EMBEDDINGS(2),
    /** One number a class, before softmax: {@code [n, C]}. */
    LOGITS(2),
    /** An embedding for each patch of the image: {@code [n, P, e]}. */
    PATCHES(3);

    private final int rank;

    Layer(int rank) {
        this.rank = rank;
    }

    /** {@return the name outside of programs, such as {@code features}} */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** {@return how many extents its tensor has: 2 where a sample has one row, 3 where it has several} */
    public int rank() {
        return rank;
    }

    /**
     * {@return the layer of a name, if there is one}
     *
     * @param id any text
     */
    public static Optional<Layer> find(String id) {
        return Stream.of(values()).filter(layer -> layer.id().equals(id)).findFirst();
    }

    /**
     * {@return the layer of a name}
     *
     * @param id name of a layer
     * @throws IllegalArgumentException for any other text; the message lists the names
     */
    public static Layer of(String id) {
        return find(id).orElseThrow(() ->
                new IllegalArgumentException("'%s' is no name for a layer: expected %s".formatted(id, alternatives())));
    }

    /** {@return all names as a sentence lists them: {@code features, embeddings, logits or patches}} */
    public static String alternatives() {
        String all = join(List.of(values()));
        int last = all.lastIndexOf(", ");
        return all.substring(0, last) + " or" + all.substring(last + 1);
    }

    /**
     * {@return the names of layers in their order, separated by commas}
     *
     * @param layers some layers
     */
    public static String join(Collection<Layer> layers) {
        return layers.stream().map(Layer::id).collect(Collectors.joining(", "));
    }

    /** The {@link #id}. */
    @Override
    public String toString() {
        return id();
    }
}
