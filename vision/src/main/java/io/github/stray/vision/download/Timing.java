// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.download;

import java.time.Duration;

/**
 * How long is waited for a network.
 *
 * @param response for a connection, and for the head of a response
 * @param stall for further bytes
 * @param sleeper waits between attempts
 */
public record Timing(Duration response, Duration stall, Sleeper sleeper) {
    /** {@return the usual timing: a minute for an answer and for further bytes} */
    public static Timing usual() {
        return new Timing(Duration.ofSeconds(60), Duration.ofSeconds(60), Thread::sleep);
    }

    /** Waits between attempts. */
    @FunctionalInterface
    public interface Sleeper {
        /**
         * Waits.
         *
         * @param pause how long
         * @throws InterruptedException if interrupted
         */
        void sleep(Duration pause) throws InterruptedException;
    }
}
