// SPDX-License-Identifier: Apache-2.0
package io.github.stray.report;

import java.io.IOException;
import java.util.Optional;

/** Finds small pictures of samples. */
@FunctionalInterface
public interface Thumbnails {
    /** No pictures: the report shows the ids alone. */
    Thumbnails NONE = (set, id) -> Optional.empty();

    /**
     * {@return a picture of a sample, a PNG file; empty if there is none to show}
     *
     * @param set name of its set: the ID test set, an OOD set or, for neighbours, the training set
     * @param id its id there
     * @throws IOException if the sample cannot be read; ends the report
     */
    Optional<byte[]> png(String set, String id) throws IOException;
}
