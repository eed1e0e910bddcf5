// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.hub;

import java.time.Duration;

/**
 * How long is waited for a network.
 *
 * @param response for a connection, and for the head of a response
 * @param stall for further bytes
 * @param sleeper waits between attempts
 */
record Timing(Duration response, Duration stall, Sleeper sleeper) {
    static Timing usual() {
        return new Timing(Duration.ofSeconds(60), Duration.ofSeconds(60), Thread::sleep);
    }

    @FunctionalInterface
    interface Sleeper {
        void sleep(Duration pause) throws InterruptedException;
    }
}
