// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import io.github.stray.store.OutputGuard;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What {@code -o} may name. */
final class Outputs {
    private Outputs() {}

    /**
     * Makes sure, before any work is done, that an output may be written and is none of the files that are read: those may
     * be Stray's own, which are otherwise replaced without asking.
     */
    static void require(Path output, boolean force, @Nullable Path... inputs) throws IOException {
        try {
            OutputGuard.requireReplaceable(output, force);
        } catch (FileAlreadyExistsException exists) {
            if (Files.isDirectory(output)) {
                throw exists;
            }
            throw new UsageException(exists.getMessage() + ", or give --force", exists);
        }
        for (Path input : inputs) {
            if (input != null && Files.exists(output) && Files.exists(input) && Files.isSameFile(output, input)) {
                throw new UsageException(
                        "-o %s would replace a file that is read; give another name".formatted(output));
            }
        }
    }

    static void requireSuffix(Path output, String suffix) {
        requireSuffix("-o", output, suffix);
    }

    static void requireSuffix(String option, Path output, String suffix) {
        UsageException.require(
                output.toString().endsWith(suffix), "%s must name a %s file, was %s", option, suffix, output);
    }
}
