// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision;

import io.github.stray.vision.image.ImageDecoder;
import io.github.stray.vision.model.ModelStore;
import io.github.stray.vision.onnx.Provider;
import java.util.Optional;

/**
 * How a {@link Guard} is opened. None of it changes scores.
 *
 * {@snippet file="GuardSnippetsTest.java" region="options"}
 *
 * @param models where the detector's extractor is looked for
 * @param extractor name or folder of the extractor; empty to find the one the detector was fitted with by its digest
 * @param maxPixels largest number of pixels of an image, 1 to {@value ImageDecoder#MAX_PIXELS}
 * @param maxBytes largest number of bytes of an image's file, at least 1
 * @param threads images or batches that are worked on at the same time, each on one thread; further callers wait
 * @param provider what the network runs on
 * @param memory where the detector lies
 */
public record GuardOptions(
        ModelStore models,
        Optional<String> extractor,
        long maxPixels,
        int maxBytes,
        int threads,
        Provider provider,
        Memory memory) {
    /** Where the detector and its gallery lie. */
    public enum Memory {
        /** On the heap: nothing that happens to the file reaches the guard. */
        HEAP,

        /**
         * A file of more than 256 MiB is mapped, which costs no heap. It may be deleted or replaced by moving another into its
         * place; where it is written to instead, checks fail with an {@link java.io.IOException} that says so. A smaller
         * file is copied beside the heap.
         */
        MAPPED
    }

    /** Checks the ranges. */
    public GuardOptions {
        if (maxPixels < 1 || maxPixels > ImageDecoder.MAX_PIXELS) {
            throw new IllegalArgumentException(
                    "maxPixels must lie in 1 .. %d, was %d".formatted(ImageDecoder.MAX_PIXELS, maxPixels));
        }
        if (maxBytes < 1 || threads < 1) {
            throw new IllegalArgumentException(
                    "maxBytes and threads must be at least 1, were %d and %d".formatted(maxBytes, threads));
        }
    }

    /**
     * The usual: extractors of this user's store, images of up to 50 million pixels and 20 MB, as many at a time as there are
     * processors, the network on the processor, the detector on the heap.
     *
     * @return options to start from
     */
    public static GuardOptions defaults() {
        return new GuardOptions(
                ModelStore.ofEnvironment(),
                Optional.empty(),
                50_000_000,
                20_000_000,
                Runtime.getRuntime().availableProcessors(),
                Provider.CPU,
                Memory.HEAP);
    }

    /**
     * The same with another store of extractors.
     *
     * @param store where the extractor is looked for
     * @return the options
     */
    public GuardOptions withModels(ModelStore store) {
        return new GuardOptions(store, extractor, maxPixels, maxBytes, threads, provider, memory);
    }

    /**
     * The same with an extractor that is named, for a detector that was fitted on features which name none.
     *
     * @param nameOrFolder an extractor of the store, or a folder with {@code extractor.json}
     * @return the options
     */
    public GuardOptions withExtractor(String nameOrFolder) {
        return new GuardOptions(models, Optional.of(nameOrFolder), maxPixels, maxBytes, threads, provider, memory);
    }

    /**
     * The same with other limits.
     *
     * @param pixels largest number of pixels of an image
     * @param bytes largest number of bytes of an image's file
     * @return the options
     */
    public GuardOptions withLimits(long pixels, int bytes) {
        return new GuardOptions(models, extractor, pixels, bytes, threads, provider, memory);
    }

    /**
     * The same for another number of callers at a time.
     *
     * @param atATime images or batches that are worked on at the same time
     * @return the options
     */
    public GuardOptions withThreads(int atATime) {
        return new GuardOptions(models, extractor, maxPixels, maxBytes, atATime, provider, memory);
    }

    /**
     * The same on other hardware.
     *
     * @param hardware what the network runs on
     * @return the options
     */
    public GuardOptions withProvider(Provider hardware) {
        return new GuardOptions(models, extractor, maxPixels, maxBytes, threads, hardware, memory);
    }

    /**
     * The same with the detector elsewhere.
     *
     * @param place where the detector lies
     * @return the options
     */
    public GuardOptions withMemory(Memory place) {
        return new GuardOptions(models, extractor, maxPixels, maxBytes, threads, provider, place);
    }
}
