// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.preprocess;

import io.github.stray.extract.FailedSample;
import java.io.IOException;
import java.util.OptionalInt;

/**
 * Receives prepared images in the order of the dataset, from one thread.
 *
 * @param <T> {@code byte[]} or {@code float[]}
 */
public interface PreparedSink<T> {
    /**
     * Takes the next image.
     *
     * @param id sample id
     * @param label class index, where known
     * @param values the stage's values; the sink may keep them
     * @throws IOException if they cannot be stored; the run ends
     */
    void accept(String id, OptionalInt label, T values) throws IOException;

    /**
     * Told of a sample that could not be prepared. It has no row.
     *
     * @param failed the sample and the reason
     * @throws IOException to end the run
     */
    void failed(FailedSample failed) throws IOException;
}
