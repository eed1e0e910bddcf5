// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.download;

import java.time.Duration;

/** Hears how far a download has come, from the thread that asked for it; nothing unless a method is overridden. */
public interface DownloadListener {
    /** Others are at the same files, and nothing goes on before they are done. */
    default void waiting() {}

    /**
     * A file is fetched, or what it holds is unpacked.
     *
     * @param file its path in the repository, or a few words
     * @param size its length in bytes, 0 if unknown
     */
    default void started(String file, long size) {}

    /**
     * More of it is here, or less after starting over.
     *
     * @param present bytes at hand
     */
    default void advanced(long present) {}

    /** The file is complete and checked. */
    default void finished() {}

    /**
     * A request is repeated.
     *
     * @param reason what happened
     * @param pause how long is waited
     */
    default void retrying(String reason, Duration pause) {}

    /** {@return a listener that does nothing} */
    static DownloadListener silent() {
        return new DownloadListener() {};
    }
}
