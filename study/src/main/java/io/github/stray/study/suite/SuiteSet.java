// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.suite;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A set of images, or of features. Either {@code input} or {@code features} is there.
 *
 * @param name name in the suite
 * @param input images, as any command takes them
 * @param features a file of features, whose space stands for the extractor
 * @param classNames names in label order, for language; empty for those of the images' own
 * @param classEmbeddings text embeddings of the class names, where features have no text encoder
 * @param part which part of the images or features it is
 * @param limit samples in all
 * @param perClass samples of each class
 */
public record SuiteSet(
        String name,
        Optional<String> input,
        Optional<Path> features,
        List<String> classNames,
        Optional<Path> classEmbeddings,
        Optional<Part> part,
        OptionalInt limit,
        OptionalInt perClass) {
    /**
     * A share of a set that has no official split, chosen by a hash of the sample ids within each class.
     *
     * @param heldOut true for the share itself, false for the rest
     * @param share between 0 and 1
     */
    public record Part(boolean heldOut, double share) {}

    /** Keeps the list. */
    public SuiteSet {
        classNames = List.copyOf(classNames);
    }

    /** {@return what is read, for a person: the input or the file} */
    public String source() {
        return input.orElseGet(() -> features.orElseThrow().toString());
    }
}
