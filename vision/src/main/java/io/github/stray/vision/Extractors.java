// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision;

import io.github.stray.extract.FeatureExtractor;
import io.github.stray.vision.model.ModelStore;
import io.github.stray.vision.onnx.InferenceUnavailableException;
import io.github.stray.vision.onnx.Provider;
import java.io.IOException;

/** Opens extractors: {@code Extractors.open("stray-mini")} works offline. */
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
        return open(nameOrFolder, 1);
    }

    /**
     * Opens an extractor with several threads for each inference call, for single images and little delay.
     *
     * @param nameOrFolder name of an extractor, or a folder with {@code extractor.json}
     * @param threads threads of one inference call, at least 1
     * @return the extractor, to be closed
     * @throws IllegalArgumentException if there is no such extractor
     * @throws IOException if its files are damaged or are not those of its card
     */
    public static FeatureExtractor open(String nameOrFolder, int threads) throws IOException {
        return ModelStore.ofEnvironment().open(nameOrFolder, threads);
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
        return ModelStore.ofEnvironment().open(nameOrFolder, 1, provider);
    }
}
