// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision;

import io.github.stray.extract.FeatureExtractor;
import io.github.stray.vision.model.ModelStore;
import io.github.stray.vision.onnx.InferenceOptions;
import io.github.stray.vision.onnx.InferenceUnavailableException;
import io.github.stray.vision.onnx.Provider;
import java.io.IOException;

/**
 * Opens extractors by name: {@code Extractors.open("stray-mini")} works offline. {@link ModelStore#find(String)} gives one
 * that also tells its card, opens its text encoder and takes out its head.
 *
 * {@snippet file="GuardSnippetsTest.java" region="fitted"}
 */
public final class Extractors {
    private Extractors() {}

    /**
     * Opens an extractor with one thread for each inference call; extraction runs as many calls side by side as its
     * options have threads, which is the fastest way through a dataset.
     *
     * @param nameOrFolder {@code stray-mini}, the name of an installed extractor, or a folder with {@code extractor.json}
     * @return the extractor, to be closed
     * @throws IllegalArgumentException if there is no such extractor; the message lists those there are
     * @throws IOException if its files are damaged or are not those of its card
     */
    public static FeatureExtractor open(String nameOrFolder) throws IOException {
        return open(nameOrFolder, Provider.CPU);
    }

    /**
     * Opens an extractor as {@link #open(String)} does, to run on a GPU for example.
     *
     * @param nameOrFolder name of an extractor, or a folder with {@code extractor.json}
     * @param provider what its network runs on
     * @return the extractor, to be closed
     * @throws IllegalArgumentException if there is no such extractor
     * @throws IOException if its files are damaged or are not those of its card
     * @throws InferenceUnavailableException if the provider cannot be had here; nothing falls back to another
     */
    public static FeatureExtractor open(String nameOrFolder, Provider provider) throws IOException {
        return ModelStore.ofEnvironment().find(nameOrFolder).open(InferenceOptions.on(provider));
    }
}
