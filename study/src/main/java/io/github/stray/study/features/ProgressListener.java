// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.features;

import io.github.stray.extract.ExtractionListener;
import io.github.stray.extract.FailedSample;

/**
 * Told how far work has come, one task after the other; nothing unless a method is overridden. May be called from any thread.
 */
public interface ProgressListener extends ExtractionListener {
    /** Listens to nothing. */
    ProgressListener NONE = new ProgressListener() {};

    /**
     * A task begins; the one before it, if any, has ended.
     *
     * @param task what is done, such as {@code extracting}
     * @param unit what is counted, in the plural
     * @param total how many there are
     */
    default void begin(String task, String unit, long total) {}

    /**
     * Some of the task is done.
     *
     * @param units since the last call
     */
    default void advance(long units) {}

    /**
     * Some of the task had been done before, which says nothing about the speed.
     *
     * @param units since the last call
     */
    default void skip(long units) {
        advance(units);
    }

    @Override
    default void extracted(int samples) {
        advance(samples);
    }

    /**
     * Told of a sample that cannot be read. It counts as a unit of the task, for which {@link #advance} is not called.
     *
     * @param sample the sample and the reason
     */
    @Override
    default void failed(FailedSample sample) {}
}
