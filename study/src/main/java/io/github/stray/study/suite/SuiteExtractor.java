// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.suite;

import io.github.stray.vision.layout.NetworkOptions;
import java.nio.file.Path;
import java.util.Optional;

/**
 * An extractor of a suite: an installed one by its name, or a network that the suite describes, which is not installed.
 *
 * @param name name in the results
 * @param file the network; empty for an installed extractor
 * @param network how its images are prepared and which outputs it has
 */
public record SuiteExtractor(String name, Optional<Path> file, NetworkOptions network) {
    /**
     * {@return an installed extractor}
     *
     * @param name its name, or a folder
     */
    public static SuiteExtractor installed(String name) {
        return new SuiteExtractor(name, Optional.empty(), NetworkOptions.none());
    }
}
