// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.run;

import io.github.stray.vision.onnx.Provider;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;

/**
 * How a suite is run.
 *
 * @param folder where finished work is kept; must exist
 * @param limit most samples of each test set; a set that some pair trains on stays whole, also where it is OOD for another
 * @param batch images per inference call at most, at least 1
 * @param threads threads of extraction, at least 1
 * @param provider what networks run on
 * @param inputs what the provenance is to name, such as the command
 */
public record StudyOptions(
        Path folder, OptionalInt limit, int batch, int threads, Provider provider, Map<String, String> inputs) {
    /** Checks the ranges. */
    public StudyOptions {
        if (limit.orElse(1) < 1 || batch < 1 || threads < 1) {
            throw new IllegalArgumentException(
                    "limit, batch and threads must be at least 1, were %s, %d and %d".formatted(limit, batch, threads));
        }
        inputs = Map.copyOf(inputs);
    }
}
