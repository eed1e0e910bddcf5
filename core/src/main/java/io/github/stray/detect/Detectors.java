// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import java.util.Map;
import java.util.function.Function;

/** The detectors by id. */
public final class Detectors {
    private static final Map<String, Function<Map<String, String>, Detector>> BY_ID = Map.of();

    private Detectors() {}

    /**
     * Makes a detector.
     *
     * @param id method id
     * @param options option values by name; defaults for those left out
     * @return the detector
     * @throws IllegalArgumentException if the id, an option or a value is not known; the message names the nearest valid one
     */
    public static Detector of(String id, Map<String, String> options) {
        Function<Map<String, String>, Detector> factory = BY_ID.get(id);
        if (factory == null) {
            throw new IllegalArgumentException("no detector '%s'".formatted(id));
        }
        return factory.apply(options);
    }
}
