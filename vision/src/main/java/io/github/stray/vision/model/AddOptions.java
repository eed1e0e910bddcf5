// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.model;

import io.github.stray.vision.layout.NetworkOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What is said about an extractor that is to be installed.
 *
 * @param name name to install it under; by default the card's id, or the name of a bare network's file
 * @param card card of a bare network
 * @param file the network of images in a folder or repository that has several, by its name or path, such as
 *     {@code onnx/model_quantized.onnx}
 * @param network description of a bare network without a card
 * @param classNames names of its classes, as many as it has logits, in their order; they go before those that the source
 *     has. None: those of the source
 */
public record AddOptions(
        Optional<String> name,
        Optional<Path> card,
        Optional<String> file,
        NetworkOptions network,
        List<String> classNames) {
    /** Keeps the names. */
    public AddOptions {
        classNames = List.copyOf(classNames);
    }

    /**
     * Without names of classes.
     *
     * @param name name to install it under
     * @param card card of a bare network
     * @param file the network of images in a folder that has several
     * @param network description of a bare network without a card
     */
    public AddOptions(Optional<String> name, Optional<Path> card, Optional<String> file, NetworkOptions network) {
        this(name, card, file, network, List.of());
    }

    /**
     * Nothing said.
     *
     * @return no name, no card, no file, no description
     */
    public static AddOptions none() {
        return new AddOptions(Optional.empty(), Optional.empty(), Optional.empty(), NetworkOptions.none());
    }
}
