// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.download;

import java.io.InterruptedIOException;
import java.time.Duration;

/**
 * Decides whether a failed request is made again, and waits before: 1, 2, 4 and 8 seconds, or what the server asks for, but
 * not more than 10 minutes. The fifth failure in a row without a further byte ends it.
 */
public final class Retries {
    private static final int ATTEMPTS = 5;
    private static final Duration LONGEST = Duration.ofMinutes(10);

    private final Timing.Sleeper sleeper;
    private final DownloadListener listener;
    private int failures;

    /**
     * Starts to count.
     *
     * @param timing waits
     * @param listener hears of it
     */
    public Retries(Timing timing, DownloadListener listener) {
        this.sleeper = timing.sleeper();
        this.listener = listener;
    }

    /**
     * Returns after a pause if the request may be made again.
     *
     * @param failure what went wrong
     * @param progressed whether more is at hand than ever before; the count starts anew
     * @throws DownloadUnavailableException if it was tried often enough
     * @throws InterruptedIOException if interrupted while waiting
     */
    public void pause(TransientException failure, boolean progressed)
            throws DownloadUnavailableException, InterruptedIOException {
        failures = progressed ? 1 : failures + 1;
        if (failures >= ATTEMPTS) {
            throw new DownloadUnavailableException(
                    "%s (tried %d times)".formatted(failure.getMessage(), ATTEMPTS), failure);
        }
        Duration pause = failure.retryAfter().orElse(Duration.ofSeconds(1L << (failures - 1)));
        if (pause.compareTo(LONGEST) > 0) {
            throw new DownloadUnavailableException(
                    "%s; it asks to wait %d s: try again then".formatted(failure.getMessage(), pause.toSeconds()),
                    failure);
        }
        listener.retrying(String.valueOf(failure.getMessage()), pause);
        try {
            sleeper.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting to try again");
        }
    }
}
